/* Attempts at examples/exercises/06_which_recipe.c: one that is right, and wrong ones with a part of the hint each should get. */
/*@ right */
static const enum answer answers[5] = {PYTORCH_DEFAULT, ORTHOGONAL, HE_UNIFORM, SPARSE, XAVIER_NORMAL};
/*@ wrong: 0 of 5 */
static const enum answer answers[5] = {DONT_KNOW, DONT_KNOW, DONT_KNOW, DONT_KNOW, DONT_KNOW};
/*@ wrong: singular values */
static const enum answer answers[5] = {PYTORCH_DEFAULT, LECUN_NORMAL, HE_UNIFORM, SPARSE, XAVIER_NORMAL};
/*@ wrong: kurtosis 3 says normal */
static const enum answer answers[5] = {PYTORCH_DEFAULT, ORTHOGONAL, HE_UNIFORM, SPARSE, HE_NORMAL};
