/* Attempts at examples/exercises/13_budget.c: one that is right, and wrong ones with a part of the hint each should get. */
/*@ right */
static wi_act activation(void) { return wi_tanh(); }
static wi_recipe weights(void) { return wi_xavier_normal(); }
static wi_recipe biases(void) { return wi_zeros(); }
static double rate(void) { return 0.2; }
/*@ wrong: before training */
static wi_act activation(void) { return wi_sigmoid(); }
static wi_recipe weights(void) { return wi_xavier_normal(); }
static wi_recipe biases(void) { return wi_zeros(); }
static double rate(void) { return 0.1; }
/*@ wrong: rate is too high */
static wi_act activation(void) { return wi_relu(); }
static wi_recipe weights(void) { return wi_he_normal(); }
static wi_recipe biases(void) { return wi_zeros(); }
static double rate(void) { return 1e6; }
/*@ wrong: what of the rate */
static wi_act activation(void) { return wi_relu(); }
static wi_recipe weights(void) { return wi_he_normal(); }
static wi_recipe biases(void) { return wi_zeros(); }
static double rate(void) { return 1e-4; }
/*@ wrong: before training */
static wi_act activation(void) { return wi_tanh(); }
static wi_recipe weights(void) { return wi_normal(0, 0.001); }
static wi_recipe biases(void) { return wi_zeros(); }
static double rate(void) { return 0.1; }
