/* winit.h - weight initialisation for neural networks, from first principles - v0.2.0

   One header that any C99 or C++11 project drops in to initialise, understand and train neural
   networks. It is written to be read: each section starts with the idea, then the formula, then
   the code that computes it with the same symbols.

   In ONE source file of your project:

       #define WINIT_IMPLEMENTATION
       #include "winit.h"

   everywhere else just #include it. Link with -lm. A complete program:

       #define WINIT_IMPLEMENTATION
       #include "winit.h"
       #include <stdio.h>

       int main(void)
       {
           static float w[256 * 784];                          // any buffer will do
           wi_rng    rng    = wi_rng_make(42);
           wi_shape  shape  = wi_dense(784, 256);              // 784 inputs, 256 units
           wi_recipe recipe = wi_he_normal();                  // Var(w) = 2 / fan_in

           if (wi_fill(w, shape, recipe, &rng) != WI_OK) return 1;
           printf("std: %.4f, theory: %.4f\n", wi_stats_of(w, 256 * 784).std, wi_recipe_std(recipe, shape));
           return 0;
       }

   TABLE OF CONTENTS (search for the anchor; no section needs a later one)

       1.  Status          >>status    what can go wrong, said in a sentence                     needs -
       2.  Random numbers  >>rng       counter-based: the same seed, the same bytes, everywhere  needs -
       3.  Measuring       >>stats     moments and histograms                                    needs -
       4.  Matrices        >>mat       views, products, singular values                          needs 2
       5.  Activations     >>act       the non-linearities and their slopes                      needs 4
       6.  Theory          >>theory    gains, fixed points, depth scales, before anything runs   needs 5
       7.  Initializers    >>init      a recipe is a value; wi_fill() follows it                 needs 2 to 6
       8.  Networks        >>net       layers, forward, backward                                 needs 7
       9.  Losses          >>loss      what training makes small                                 needs 8
       10. Optimisers      >>opt       how it does so                                            needs 8
       11. Data            >>data      IDX, CSV, synthetic sets, standardising                   needs 4
       12. Training        >>train     the loop                                                  needs 9 to 11
       13. Diagnosis       >>probe     will it train, and if not, why                            needs 9
       14. Files           >>save      safetensors, as PyTorch names things                      needs 9

   WHAT IT DOES NOT DO: attention and recurrent layers, automatic differentiation, GPUs, mixed precision,
   matrices whose columns are not one step apart as a network's input, downloads.
   Names from elsewhere: glorot is xavier, kaiming is he, lr is rate, batch_size is batch, Linear is dense.

   ALL FUNCTIONS, by section; each stands with its words at its declaration

   7   wi_fill                                          draw weights by a recipe
       wi_fill_mat, wi_fill_part, wi_fill_gates         ... into a view, a part, stacked gates
       wi_fill_gate_bias, wi_fill_prior, wi_prior_logit biases: a gate's, the classes' shares
       wi_dense, wi_conv2d, wi_conv2d_transposed        the shape of a layer's weights
       wi_in_major, wi_grouped                          ... stored in x out; in groups
       wi_shape_count, wi_shape_fans, wi_fans_text      its size, its fans, in words
       wi_xavier_normal, wi_xavier_uniform, wi_xavier_truncated, wi_glorot_normal, wi_glorot_uniform,
       wi_he_normal, wi_he_uniform, wi_he_truncated, wi_kaiming_normal, wi_kaiming_uniform, wi_kaiming,
       wi_lecun_normal, wi_lecun_uniform, wi_lecun_truncated, wi_variance_scaling    Var(w) = scale / fan
       wi_normal, wi_uniform, wi_truncated_normal, wi_truncated_normal_corrected     laws of your own
       wi_zeros, wi_ones, wi_constant, wi_poison        all alike; NaN everywhere
       wi_orthogonal, wi_identity, wi_dirac, wi_delta_orthogonal, wi_hadamard        whole matrices
       wi_sparse, wi_siren, wi_bilinear, wi_pytorch_default, wi_pytorch_transposed   other recipes
       wi_nguyen_widrow, wi_nguyen_widrow_beta, wi_mup, wi_mup_rate
       wi_recipe_for, wi_gained                         the activation's own; a recipe times a gain
       wi_recipe_named, wi_recipe_text, wi_rule_for     from text, to text, by a layer's name
       wi_recipe_std                                    the deviation that theory expects
       wi_check_fill, wi_identify                       did it follow the recipe; which one was it
   1   wi_status_text, wi_status_name, wi_version       statuses in words; the version
   2   wi_rng_make, wi_rng_split                        a generator; an independent child of it
       wi_rng_next, wi_rng_below, wi_rng_uniform, wi_rng_normal, wi_rng_shuffle      drawing from it
   3   wi_stats_of, wi_histogram_of                     moments; counts in bins
   4   wi_mat_view, wi_mat_view_const, wi_mat_rows, wi_mat_transpose, wi_mat_at      views of numbers
       wi_mat_mul, wi_mat_mul_add, wi_mat_svd_values    products; singular values
   5   wi_linear, wi_relu, wi_leaky_relu, wi_elu, wi_selu, wi_gelu, wi_silu, wi_mish, wi_hard_swish,
       wi_sigmoid, wi_tanh, wi_softplus, wi_softsign, wi_sine, wi_custom             activations
       wi_act_value, wi_act_slope, wi_act_forward, wi_act_backward                   f, f', over arrays
       wi_act_name, wi_act_named, wi_act_check          to text, from text; is a custom one sound
   6   wi_act_moments, wi_gain, wi_gain_backward, wi_gain_pytorch                    what an activation does
       wi_signal_step, wi_signal_fixed_point, wi_critical, wi_trainable_depth        what depth does
   8   wi_layer_dense, wi_layer_conv2d, wi_layer_max_pool, wi_layer_avg_pool, wi_layer_batch_norm,
       wi_layer_layer_norm, wi_layer_dropout, wi_layer_act, wi_layer_skip, wi_layer_scale,   layers
       wi_layer_shift
       wi_net_create, wi_net_destroy, wi_net_memory, wi_layer_kind_name              a network of them
       wi_net_init, wi_net_init_all, wi_net_init_rules  draw its weights, by recipes
       wi_net_init_lsuv, wi_net_init_batch, wi_net_init_residual                     ... by a method
       wi_net_forward, wi_net_backward, wi_net_zero_grads, wi_layer_copy             run it
       wi_net_theory, wi_net_theory_from                what theory says of it
   9   wi_loss_of, wi_loss_name, wi_net_predict, wi_argmax                           losses, answers
   10  wi_sgd, wi_momentum, wi_nesterov, wi_rmsprop, wi_adam, wi_adamw               optimisers
       wi_opt_create, wi_opt_step, wi_opt_destroy       ... at work
   11  wi_data_load_csv, wi_data_load_idx, wi_data_parse_csv, wi_data_parse_idx      read data
       wi_data_blobs, wi_data_spirals, wi_data_moons, wi_data_xor                    invent data
       wi_data_one_hot, wi_data_shuffle, wi_data_split, wi_data_split_classes, wi_data_gather, wi_data_destroy
       wi_scaler_fit, wi_scaler_fit_all, wi_scaler_apply, wi_scaler_destroy          mean 0, deviation 1
       wi_data_prepare, wi_data_prepare_csv, wi_prepared_destroy                     all of it at once
       wi_mat_write_csv, wi_mat_save_csv                write a table
   12  wi_train, wi_evaluate, wi_pretrain               train; measure; layer by layer
       wi_trainer_create, wi_trainer_run, wi_trainer_destroy                         step by step
       wi_train_rate, wi_net_grad_norm, wi_net_clip_grads                            for loops of your own
   13  wi_net_probe, wi_net_probe_parts                 measure; only what is wanted
       wi_probe_verdict, wi_diagnose, wi_verdict_name, wi_verdict_advice             what is wrong
       wi_remedy, wi_report, wi_report_json, wi_net_spectra, wi_net_jacobian         what helps; more detail
       wi_train_check, wi_train_mend, wi_mended_destroy                              will a plan work? mend it
   14  wi_net_save, wi_net_load, wi_net_write, wi_net_read, wi_net_take              networks
       wi_model_make, wi_model_scale, wi_model_predict, wi_model_destroy             what one ships
       wi_model_save, wi_model_load, wi_model_write, wi_model_read
       wi_trainer_save, wi_trainer_load, wi_trainer_write, wi_trainer_read           checkpoints
       wi_opt_save, wi_opt_load, wi_opt_write, wi_opt_read, wi_mat_save_npy, wi_mat_write_npy
       wi_tensors_load, wi_tensors_parse, wi_tensors_find, wi_tensors_destroy        others' files
       wi_tensor_get, wi_tensor_shape

   COMPILE-TIME OPTIONS (define before the #include; all translation units must agree on WINIT_REAL)

       WINIT_IMPLEMENTATION   compile the bodies here; in exactly one file
       WINIT_STATIC           a private copy for this file: all functions static, bodies included
       WINIT_REAL             float (default) or double; the double build judges the float build
       WI_API                 what stands before each function: __declspec(dllexport), ...; default: extern
       WINIT_MALLOC(size)     your allocator; define both of these or neither
       WINIT_FREE(pointer)
       WINIT_ASSERT(ok)       checks this library's own invariants, never your input; default: assert()
       WINIT_NO_NET           leave out networks and what needs them: sections 8 to 10 and 12 to 14
       WINIT_NO_DATA, WINIT_NO_PROBE, WINIT_NO_SAVE     leave out sections 11 and 12; 13; 14
       WINIT_FORWARD_ONLY     networks only predict, with weights that you have: no drawing, gradients or
                              theory in section 8, and no sections 12 to 14
       WINIT_LAYERS           the kinds of layers to compile, as bits: 1 << WI_LAYER_DENSE | ...; default: all
       WINIT_ACTS             likewise the activations: 1 << WI_ACT_TANH | ...
       WINIT_NO_STDIO         leave out all that reads or writes files
       WINIT_NO_SIMD          portable C only
       WINIT_SIMD_BITS        the widest vectors to use: 128, 256 or 512 (default; what the processor
                              really has is asked at run time)
       WINIT_ALLOW_FAST_MATH  take -ffast-math: other bytes for a seed, NaN unseen; otherwise it is an error

   CONVENTIONS

       - Numbers are wi_real (float), flat, row-major. Sizes are size_t.
       - A batch is [samples][features]; an image row is [channel][height][width].
       - Weights are [out][in], so a dense layer computes  pre = x W^T + b,  post = f(pre).
       - Gradients always add; zeroing is explicit. Derivatives are of the pre-activation.
       - Fallible functions return a wi_status and leave their results untouched when they fail.
         No function prints, exits, or keeps hidden state.
       - Threads: distinct objects, distinct threads.
       - "init" always means weights. Objects are created and destroyed.

   LICENSE: MIT or public domain, as you like; see the end of this file.
*/
#ifndef WINIT_H
#define WINIT_H

#include <stddef.h>
#include <stdint.h>
#ifndef WINIT_NO_STDIO
#include <stdio.h>
#endif

#define WI_VERSION_MAJOR  0        /**< grows when programs may have to change, or a seed's bytes do */
#define WI_VERSION_MINOR  2        /**< grows with what is new */
#define WI_VERSION_PATCH  0        /**< grows with repairs */
#define WI_VERSION_STRING "0.2.0"  /**< all three as text */

/* What needs a missing section is missing too. */
#if defined(WINIT_NO_NET) || defined(WINIT_FORWARD_ONLY)
#undef WINIT_NO_PROBE
#undef WINIT_NO_SAVE
#define WINIT_NO_PROBE
#define WINIT_NO_SAVE
#endif
#ifdef WINIT_FORWARD_ONLY
#define WI_IMPL_FORWARD_ONLY 1
#else
#define WI_IMPL_FORWARD_ONLY 0
#endif
#if defined(WINIT_NO_NET) || defined(WINIT_NO_DATA) || WI_IMPL_FORWARD_ONLY
#define WI_IMPL_NO_TRAIN 1
#endif
#ifndef WINIT_LAYERS
#define WINIT_LAYERS (~0u) /**< bits: which kinds of layers are compiled */
#endif
#ifndef WINIT_ACTS
#define WINIT_ACTS (~0u) /**< bits: which activations are compiled, for arrays of float */
#endif
#define WI_IMPL_HAS(bits, kind) (((bits) >> (kind) & 1) != 0)

#ifndef WINIT_REAL
#define WINIT_REAL float /**< float or double */
#endif
/** The number type of every buffer: float, or double in a checking build. */
typedef WINIT_REAL wi_real;

/* 1 where wi_real is double: WINIT_REAL pasted onto a prefix names one of two constants. */
#define WI_IMPL_IS_float     0
#define WI_IMPL_IS_double    1
#define WI_IMPL_PASTE_(a, b) a##b
#define WI_IMPL_PASTE(a, b)  WI_IMPL_PASTE_(a, b)
#define WI_IMPL_DOUBLE       WI_IMPL_PASTE(WI_IMPL_IS_, WINIT_REAL)

/* A file in float and a library in double do not link: in double, what meets numbers has another name. */
#if WI_IMPL_DOUBLE
#define wi_fill           wi_fill_in_double
#define wi_fill_part      wi_fill_part_in_double
#define wi_fill_mat       wi_fill_mat_in_double
#define wi_fill_gates     wi_fill_gates_in_double
#define wi_stats_of       wi_stats_of_in_double
#define wi_histogram_of   wi_histogram_of_in_double
#define wi_mat_view       wi_mat_view_in_double
#define wi_mat_view_const wi_mat_view_const_in_double
#define wi_mat_mul        wi_mat_mul_in_double
#define wi_act_forward    wi_act_forward_in_double
#define wi_act_backward   wi_act_backward_in_double
#define wi_check_fill     wi_check_fill_in_double
#define wi_identify       wi_identify_in_double
#define wi_net_create     wi_net_create_in_double
#define wi_net_forward    wi_net_forward_in_double
#define wi_data_parse_csv wi_data_parse_csv_in_double
#define wi_data_load_csv  wi_data_load_csv_in_double
#define wi_data_load_idx  wi_data_load_idx_in_double
#endif

#ifdef WINIT_STATIC
#define WI_IMPL_STATIC 1
#if defined(__GNUC__) || defined(__clang__)
#define WI_API static __attribute__((__unused__))
#else
#define WI_API static
#endif
#endif
#ifndef WI_API
#define WI_API extern
#endif

/* A result that must be looked at: on a type, so that a cast to void is heard. */
#if defined(__clang__)
#define WI_IMPL_NODISCARD __attribute__((__warn_unused_result__))
#elif defined(__GNUC__) && __GNUC__ >= 10
#define WI_IMPL_NODISCARD [[__nodiscard__]]
#elif defined(__cplusplus) && __cplusplus >= 201703L
#define WI_IMPL_NODISCARD [[nodiscard]]
#else
#define WI_IMPL_NODISCARD
#endif
#if defined(__GNUC__)
#define WI_IMPL_EXTENSION __extension__
#else
#define WI_IMPL_EXTENSION
#endif

/** Number of elements of an array (not of a pointer). */
#define WI_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#ifdef __cplusplus
extern "C" {
#endif

/* ==== 1. Status >>status ==================================================
   Errors are values. Every function that can fail returns a wi_status; the ones that can fail in ways worth a
   sentence also take an optional wi_error *, which receives that sentence. NULL is fine there. */

/* One list makes the enum, its names and its texts. */
#define WI_STATUS_LIST(X)                                                             \
    X(WI_OK,          "ok")                                                           \
    X(WI_ERR_ARG,     "an argument is NULL, out of range or not a number")            \
    X(WI_ERR_SHAPE,   "sizes do not fit together, are zero, or overflow")             \
    X(WI_ERR_MEMORY,  "out of memory")                                                \
    X(WI_ERR_IO,      "a file could not be opened, read or written")                  \
    X(WI_ERR_FORMAT,  "the bytes are not what the format says")                       \
    X(WI_ERR_NUMERIC, "a value became NaN or infinite, or a method did not converge") \
    X(WI_ERR_STOPPED, "stopped by the caller's report function")

/** Outcome of a call; 0 is success. Compilers that can warn where one is ignored; say (void) to mean it. */
WI_IMPL_EXTENSION typedef enum WI_IMPL_NODISCARD wi_status {
#define WI_STATUS_ENUM(name, text) name,
    WI_STATUS_LIST(WI_STATUS_ENUM)
#undef WI_STATUS_ENUM
    WI_STATUS_COUNT
} wi_status;

/** A status and a sentence that says what is wrong and where. */
typedef struct wi_error {
    wi_status status;  /**< the same value that the call returned */
    char text[240];    /**< for example "digits.csv, line 17, column 3: 'abc' is not a number" */
} wi_error;

/** Describe a status in a few words. @param status any value @return a constant string, never NULL */
WI_API const char *wi_status_text(wi_status status);
/** Name a status as the source spells it, "WI_ERR_SHAPE". @param status any @return a constant string */
WI_API const char *wi_status_name(wi_status status);
/** The version that was compiled in, which may differ from WI_VERSION_STRING here. @return "0.2.0" */
WI_API const char *wi_version(void);

/* ==== 2. Random numbers >>rng =============================================
   A generator is a plain value {seed, stream, index}: word number `index` is a pure function of the three
   (Philox4x32-10, a keyed mixing of a counter). Nothing is hidden, so any element can be computed alone, in
   any order, on any machine, and it has the same bits. Each use of a generator moves `index` on; copying a
   generator copies the future it will draw.

   wi_rng_split() names a child by (seed, stream, key) and ignores how much the parent has drawn. Give every
   layer its own child and a change to one layer leaves the weights of all the others as they were: the
   controlled experiment on which this library's tutorials rest. */

/** A random number generator: a value you own, copy and compare. */
typedef struct wi_rng {
    uint64_t seed;    /**< which experiment */
    uint64_t stream;  /**< which independent sequence of it; see wi_rng_split() */
    uint64_t index;   /**< how many 32-bit words were drawn so far */
} wi_rng;

/** Start the generator of a seed. @param seed any value, 0 included @return stream 0 at index 0 */
WI_API wi_rng wi_rng_make(uint64_t seed);

/** Derive an independent generator, at index 0.
    @param parent its seed and stream matter, its index does not
    @param key    names the child: a layer's number, a worker's number
    @return the same child for the same (seed, stream, key), at any time */
WI_API wi_rng wi_rng_split(wi_rng parent, uint64_t key);

/** Draw 32 random bits. @param rng advanced by one word @return uniform on 0 .. 2^32 - 1 */
WI_API uint32_t wi_rng_next(wi_rng *rng);

/** Draw an integer without bias (rejecting the incomplete last multiple of n).
    @param rng advanced by two words, rarely more  @param n number of outcomes, > 0; 0 gives 0
    @return uniform on 0 .. n - 1 */
WI_API uint64_t wi_rng_below(wi_rng *rng, uint64_t n);

/** Draw from U[0, 1), all 53 bits of it. @param rng advanced by two words @return 0 <= u < 1 */
WI_API double wi_rng_uniform(wi_rng *rng);
/** Draw from N(0, 1) as \f$\Phi^{-1}(u)\f$ of a 53-bit u in the open interval.
    @param rng advanced by two words @return a finite number, |z| < 8.3 */
WI_API double wi_rng_normal(wi_rng *rng);
/** Put an array into random order (Fisher and Yates), all n! orders equally likely.
    @param rng advanced  @param index the array to shuffle, n elements  @param n how many */
WI_API void wi_rng_shuffle(wi_rng *rng, size_t *index, size_t n);

/* ==== 3. Measuring >>stats ================================================
   To see what an initialisation does, look at moments and histograms: of the weights, of every layer's
   outputs, of the gradients. Sums run in double around the first value, so that a large mean does not drown a
   small variance. NaN and infinity are counted and left out of the rest. */

/** Moments of a sample; but for the counts all zero where no value is finite. */
typedef struct wi_stats {
    size_t count;      /**< values looked at, finite or not */
    size_t nonfinite;  /**< how many were NaN or infinite; they enter nothing below */
    double mean;       /**< average */
    double std;        /**< standard deviation, \f$\sqrt{\tfrac1n\sum (x-\bar x)^2}\f$ */
    double rms;        /**< root mean square, \f$\sqrt{\tfrac1n\sum x^2}\f$ */
    double min, max;   /**< smallest and largest finite value */
    double skewness;   /**< \f$E(x-\bar x)^3/\sigma^3\f$: 0 for a symmetric law */
    double kurtosis;   /**< \f$E(x-\bar x)^4/\sigma^4\f$: 3 for a normal law, 1.8 for a uniform one */
    double zeros;      /**< fraction exactly 0 */
} wi_stats;

/** Measure an array in one pass. @param x NULL only with n = 0 @param n how many numbers @return moments */
WI_API wi_stats wi_stats_of(const wi_real *x, size_t n);
/** Bins of a wi_histogram. */
#define WI_BINS 30

/** Counts in WI_BINS equal bins of [lo, hi], the last one closed; NaN is counted nowhere. */
typedef struct wi_histogram {
    double lo, hi;         /**< the range */
    size_t below, above;   /**< values outside it */
    size_t bin[WI_BINS];   /**< values inside it */
} wi_histogram;

/** Count an array into bins.
    @param x n values  @param n how many  @param lo left end
    @param hi right end, > lo; both finite, otherwise nothing is counted  @return the counts */
WI_API wi_histogram wi_histogram_of(const wi_real *x, size_t n, double lo, double hi);

/* ==== 4. Matrices >>mat ===================================================
   A wi_mat is a view: where the numbers are, how many rows and columns, and how far apart neighbours stand.
   It owns nothing, and passing one by value copies no numbers. Element (i, j) is data[i * row_step + j *
   col_step], so a transpose only swaps the steps, and a column of a matrix, a slice of a batch or every
   second row are views like any other. */

/** A view of numbers that live elsewhere. */
typedef struct wi_mat {
    wi_real *data;              /**< element (0, 0) */
    size_t rows, cols;          /**< how many */
    size_t row_step, col_step;  /**< elements from a row to the next, from a column to the next */
} wi_mat;

/** View a row-major buffer as a matrix, its steps cols and 1.
    @param data rows * cols numbers, not copied  @param rows how many  @param cols how many
    @return the view */
WI_API wi_mat wi_mat_view(wi_real *data, size_t rows, size_t cols);

/** View numbers that must not be written, for what only reads its matrices (weights in flash, a const table).
    @param data as for wi_mat_view()  @param rows how many  @param cols how many
    @return the view; it does not know of const, so writing through it is an error */
WI_API wi_mat wi_mat_view_const(const wi_real *data, size_t rows, size_t cols);

/** View some rows of a matrix, clipped to the rows that exist.
    @param m any view  @param first first row to show  @param count how many
    @return the view; it has 0 rows if first lies behind the end */
WI_API wi_mat wi_mat_rows(wi_mat m, size_t first, size_t count);

/** View \f$M^T\f$; free, because only the steps change places. @param m any view @return the same numbers */
WI_API wi_mat wi_mat_transpose(wi_mat m);

/** Point to element (row, col), at the view's own steps.
    @param m any view  @param row below m.rows  @param col below m.cols, neither is checked
    @return its address, to read and to write */
WI_API wi_real *wi_mat_at(wi_mat m, size_t row, size_t col);

/** Multiply: \f$\mathrm{out} = a\,b\f$. An element \f$\sum_k a_{ik} b_{kj}\f$ is summed in an order that only
    the layout of a and b decides: over ascending k, or in eight sums (k mod 8) where neighbours along k are
    neighbours in memory in both, as in \f$x W^T\f$. So the result depends neither on the number of threads
    nor on how a batch is cut into parts, and all processors with fused multiply-add agree to the last bit.
    NaN and infinity pass through as arithmetic has it. Above 1e8 multiply-adds, blocks of a and b are copied
    for speed: over ascending k that takes some 2 KB a thread for each column or row of out, whichever are
    more, in eight sums 2 MB a thread; it is left out where there is no memory.
    @param[out] out [m][n], sharing no memory with a or b  @param a [m][k], any steps
    @param b [k][n], any steps
    @return WI_OK; WI_ERR_ARG if a pointer is NULL, if elements of out coincide, or if the address range of
           out overlaps that of a or b; WI_ERR_SHAPE if a size is zero or sizes do not fit together */
WI_API wi_status wi_mat_mul(wi_mat out, wi_mat a, wi_mat b);

/** Multiply and add: \f$\mathrm{out} \mathrel{+}= a\,b\f$, out being the first term summed.
    @param[in,out] out as for wi_mat_mul()  @param a likewise  @param b likewise  @return as wi_mat_mul() */
WI_API wi_status wi_mat_mul_add(wi_mat out, wi_mat a, wi_mat b);

/** Find the singular values of a matrix: how much it stretches each of its own directions.
    One-sided Jacobi rotations in double; small values come out with small relative error too
    (Hestenes 1958; Demmel and Veselic 1992).
    @param m [rows][cols], any steps, not changed  @param[out] values min(rows, cols) numbers, descending
    @return WI_OK; WI_ERR_ARG for NULL; WI_ERR_SHAPE for a zero size; WI_ERR_NUMERIC if m holds NaN or
            infinity; WI_ERR_MEMORY */
WI_API wi_status wi_mat_svd_values(wi_mat m, double *values);

/* ==== 5. Activations >>act ================================================
   An activation f is a value: a kind and at most one parameter. Without one a deep network is a single linear
   map; with a bad match of activation and weights its signal dies or saturates. Every slope here is the
   derivative f'(z) by the pre-activation z, whatever the function. */

/* One list makes the enum, the names and what is computed: each row is a room of the implementation.
   Functions of z; p is the parameter, and the last column is what it is if a text does not say (0: none). */
#define WI_ACT_LIST(X)                                                                      \
    X(LINEAR,     linear,     0)     /* z                                                */ \
    X(RELU,       relu,       0)     /* max(z, 0)                                        */ \
    X(LEAKY_RELU, leaky_relu, 0.01)  /* z, below zero p z                                */ \
    X(SIGMOID,    sigmoid,    0)     /* 1 / (1 + exp(-z))                                */ \
    X(TANH,       tanh,       0)                                                            \
    X(ELU,        elu,        1)     /* z, below zero p (exp(z) - 1)                     */ \
    X(SELU,       selu,       0)     /* scaled ELU that keeps mean 0, variance 1         */ \
    X(GELU,       gelu,       0)     /* z Phi(z), Phi the normal distribution            */ \
    X(SILU,       silu,       0)     /* z sigmoid(z), also called swish                  */ \
    X(MISH,       mish,       0)     /* z tanh(softplus(z))                              */ \
    X(SOFTPLUS,   softplus,   0)     /* log(1 + exp(z))                                  */ \
    X(SOFTSIGN,   softsign,   0)     /* z / (1 + |z|)                                    */ \
    X(HARD_SWISH, hard_swish, 0)     /* z clamp(z + 3, 0, 6) / 6                         */ \
    X(SINE,       sine,       30)    /* sin(p z)                                         */

/** What wi_act.kind can be: the list, and WI_ACT_CUSTOM, which is yours. */
typedef enum wi_act_kind {
#define WI_ACT_ENUM(id, name, preset) WI_ACT_##id,
    WI_ACT_LIST(WI_ACT_ENUM)
#undef WI_ACT_ENUM
    WI_ACT_CUSTOM,
    WI_ACT_COUNT
} wi_act_kind;

/** An activation function; all zero is the linear one. Make one by wi_relu() and its like. */
typedef struct wi_act {
    int    kind;                            /**< a wi_act_kind */
    double param;                           /**< a wi_real: leaky ReLU's slope, ELU's alpha, sine's omega */
    const char *name;                       /**< WI_ACT_CUSTOM only: what to print */
    double (*f)(double z, double param);    /**< WI_ACT_CUSTOM only: the function */
    double (*df)(double z, double param);   /**< WI_ACT_CUSTOM only: its derivative by z */
} wi_act;

/** The identity, \f$f(z) = z\f$. */
WI_API wi_act wi_linear(void);
/** \f$\max(z, 0)\f$; its slope at 0 is taken as 0. Nair and Hinton 2010. */
WI_API wi_act wi_relu(void);
/** \f$z\f$, below zero slope * z. Maas, Hannun and Ng 2013. @param slope usually 0.01 to 0.2 */
WI_API wi_act wi_leaky_relu(double slope);
/** The logistic function \f$1 / (1 + e^{-z})\f$. */
WI_API wi_act wi_sigmoid(void);
/** The hyperbolic tangent. */
WI_API wi_act wi_tanh(void);
/** \f$z\f$, below zero \f$\alpha (e^z - 1)\f$. Clevert et al. 2016. @param alpha usually 1 */
WI_API wi_act wi_elu(double alpha);
/** ELU with two fixed constants that hold mean 0, variance 1. Klambauer et al. 2017. */
WI_API wi_act wi_selu(void);
/** \f$z\,\Phi(z)\f$, exact (by erf, not by the tanh formula). Hendrycks and Gimpel 2016. */
WI_API wi_act wi_gelu(void);
/** \f$z\,\sigma(z)\f$, also called swish. Ramachandran, Zoph and Le 2017. */
WI_API wi_act wi_silu(void);
/** \f$z \tanh(\ln(1 + e^z))\f$. Misra 2020. */
WI_API wi_act wi_mish(void);
/** \f$\ln(1 + e^z)\f$, a smooth ReLU. Dugas et al. 2001. */
WI_API wi_act wi_softplus(void);
/** \f$z / (1 + |z|)\f$. */
WI_API wi_act wi_softsign(void);
/** \f$z \min(\max(z + 3, 0), 6) / 6\f$, its slope at -3 being 0 and at 3 being 1. Howard et al. 2019. */
WI_API wi_act wi_hard_swish(void);
/** \f$\sin(\omega z)\f$, for SIREN. Sitzmann et al. 2020. @param omega usually 30 */
WI_API wi_act wi_sine(double omega);

/** Make an activation of your own. It runs element by element through double: slower, but everything in this
    header (theory, layers, the probe) accepts it.
    @param name what to print; NULL prints "custom"; kept as a pointer
    @param f the function  @param df its derivative by z  @param param handed to both
    @return the activation; if f or df is NULL every value or slope is NaN */
WI_API wi_act wi_custom(const char *name, double (*f)(double, double), double (*df)(double, double),
                        double param);

/** Name an activation without its parameter, "leaky_relu". @param act any  @return a string, never NULL */
WI_API const char *wi_act_name(wi_act act);

/** Read an activation from text: a name of the list above, with a colon and a number where it
    has a parameter: "relu", "leaky_relu:0.2", "elu:1", "sine:30". Left out, the parameter is
    0.01, 1 and 30 respectively.
    @param name the text  @param[out] out the activation
    @return WI_OK; WI_ERR_ARG for NULL; WI_ERR_FORMAT for an unknown name, a bad or unwanted number */
WI_API wi_status wi_act_named(const char *name, wi_act *out);

/** Compute \f$f(z)\f$ in double; nothing overflows on the way. Right at infinity (0 z is NaN); NaN gives NaN.
    @param act any  @param z any  @return f(z); NaN if act.kind is none of the list */
WI_API double wi_act_value(wi_act act, double z);
/** Compute \f$f'(z)\f$ in double; at a kink the slope from the left (ReLU at 0: 0; hard swish: see there).
    @param act any  @param z any  @return f'(z); NaN if act.kind is none of the list */
WI_API double wi_act_slope(wi_act act, double z);

/** Apply an activation to an array: \f$y_i = f(z_i)\f$.
    In the float build by our own vector code, within 4 units in the last place of the exact value (tests
    measure it); what an element becomes depends on its value alone, not on its place or its neighbours.
    @param act any  @param[out] y n values; may be z itself  @param z n values
    @param n how many, 0 allowed */
WI_API void wi_act_forward(wi_act act, wi_real *y, const wi_real *z, size_t n);

/** Pull a gradient back through an activation: \f$\mathrm{dz}_i = \mathrm{dy}_i\, f'(z_i)\f$
    (assigned, not added). Slopes of 1e-37 (times ELU's alpha) and more are within 11 units in the last place,
    and where a slope crosses zero within as many of those at a tenth of its size.
    @param act any  @param[out] dz n values; may be dy itself, or z  @param dy n values, the gradient by y
    @param z n values, the pre-activation  @param n how many, 0 allowed */
WI_API void wi_act_backward(wi_act act, wi_real *dz, const wi_real *dy, const wi_real *z, size_t n);

/* ==== 6. Theory >>theory ==================================================
   In a wide random network every pre-activation is a sum of many small independent terms, hence Gaussian. So
   two numbers follow a signal through the layers: its mean square q = E z^2, and the correlation c of two
   inputs. One layer maps them to (sw2 is fan_in * Var(w), sb2 is Var(b))

       q' = sw2 E f(sqrt(q) z)^2 + sb2                    z ~ N(0, 1)
       c' = (sw2 E f(u1) f(u2) + sb2) / q'                u1, u2 ~ N(0, q), correlation c

   and a gradient's mean square grows backward by chi = sw2 E f'(sqrt(q) z)^2 a layer. Whether a deep network
   can learn is written in these maps before anything runs: chi < 1 and gradients vanish, chi > 1 and they
   explode. Poole et al. 2016, arXiv:1606.05340; Schoenholz et al. 2017, arXiv:1611.01232. */

/** Gaussian averages of an activation and of its slope. */
typedef struct wi_moments {
    double mean;          /**< E f(x) */
    double second;        /**< E f(x)^2 */
    double slope_mean;    /**< E f'(x) */
    double slope_second;  /**< E f'(x)^2 */
} wi_moments;

/** Average an activation over a Gaussian pre-activation, \f$x \sim N(\mu, \sigma^2)\f$, by quadrature.

    Accurate to about 1e-10 of the average of the magnitude. Kinks at 0 and +-3 and, of a custom activation,
    all from -6 to 6 and what is steep there are split exactly; others are closed in on, which may cost two
    digits, now and then more. The sine has closed forms, so that any omega will do.
    @param act the activation; a custom one may grow like any polynomial  @param mean mu, finite
    @param std sigma, 0 or more; 0 is a point mass: f(mean), f(mean)^2, f'(mean), f'(mean)^2
    @return the four averages; all NaN if an argument is not as said */
WI_API wi_moments wi_act_moments(wi_act act, double mean, double std);

/** Find the gain that keeps the mean square going forward: \f$1/\sqrt{E f(z)^2},\ z \sim N(0,1)\f$.

    Var(w) = gain^2 / fan_in then makes q = 1 a fixed point, though not always one that attracts: for GELU,
    SiLU and Mish wi_signal_step() at q = 1 reports a slope above 1, and deviations grow with depth.
    @param act the activation  @return the gain: sqrt(2) for ReLU, 1 for SELU and linear */
WI_API double wi_gain(wi_act act);

/** Find the gain that keeps the mean square of a gradient going backward: \f$1/\sqrt{E f'(z)^2}\f$.
    @param act the activation  @return the gain; equal to wi_gain() for ReLU, leaky ReLU and linear only */
WI_API double wi_gain_backward(wi_act act);

/** Look up the gain in torch.nn.init.calculate_gain's table, a convention more than a theory: 1 for linear
    and sigmoid, 5/3 for tanh, sqrt(2) for ReLU, \f$\sqrt{2/(1+a^2)}\f$ for leaky ReLU, 3/4 for SELU.
    @param act the activation  @return the gain; NaN where PyTorch has no entry and raises an error */
WI_API double wi_gain_pytorch(wi_act act);

/** Compare the slope df of an activation with finite differences of f, on a grid over [-8, 8].
    @param act any; meant for wi_custom()  @param[out] error where they disagree and by how much; may be NULL
    @return WI_OK; WI_ERR_ARG for an unknown kind, or if f or df is NULL; WI_ERR_NUMERIC if one is not
            finite, or df not f's slope */
WI_API wi_status wi_act_check(wi_act act, wi_error *error);

/** State of a signal at one layer. All fields belong to the same q. */
typedef struct wi_signal {
    double q;            /**< E z^2 of the pre-activation */
    double act_second;   /**< E f(z)^2 at q */
    double chi;          /**< sw2 E f'(z)^2 at q: growth of a gradient's mean square on its way back */
    double correlation;  /**< c: correlation of the pre-activations of two inputs */
    double depth_scale;  /**< xi_c = -1/ln(sw2 E f'(u1) f'(u2)) at (q, c): layers in which c comes e times
                              nearer to its fixed point; infinite at criticality; negative if inputs part */
    double slope;        /**< dq'/dq at q; above 1, deviations from this q grow: it is unstable */
    double depth_q;      /**< xi_q = -1/ln(slope): the same for q */
    double act_mean;     /**< E f(z) */
    double act_correlation;  /**< E f(u1) f(u2) / E f^2: as correlation, of the outputs and about 0 */
    double backward;     /**< wi_net_theory() only: E (dpre)^2 relative to the last layer's */
    double spread;       /**< wi_net_theory() only: standard deviation of ln(act_second) between networks
                              of this width; it grows like the root of depth / width (Hanin and Nica 2020) */
    double units[4];     /**< wi_net_theory() only, of two units of the layer, which weights with a mean make
                              alike: E f(z) f(z'), the same over two inputs, E f'(z) f'(z'), and E dpre dpre'
                              in the unit of backward */
    double mean;         /**< wi_net_theory() only: E z */
} wi_signal;

/** Take a signal one layer on.
    @param act the activation of the layer it leaves  @param bias_var sb2 = Var(b), >= 0
    @param weight_var sw2 = fan_in * Var(w) of the weights it crosses, >= 0
    @param at the state before: q >= 0 and correlation in [-1, 1] are read, the rest is ignored
    @return the state after; q is infinite once it overflows; all NaN if an argument is not as said */
WI_API wi_signal wi_signal_step(wi_act act, double weight_var, double bias_var, wi_signal at);

/** Find where the signal ends after many layers: q*, then the correlation c* that attracts at q*.

    q* is the fixed point that the map leads to from q = 1, or 1 itself if that is fixed (slope then tells
    whether it attracts). q is 0 where the signal dies out and INFINITY where it diverges; chi is then its
    limit. c* is 1 when chi <= 1 (ordered: all inputs end up alike), less when chi > 1 (chaotic).
    @param act the activation  @param weight_var  sw2 >= 0  @param bias_var  sb2 >= 0
    @return the state at the fixed point; all NaN if an argument is not as said */
WI_API wi_signal wi_signal_fixed_point(wi_act act, double weight_var, double bias_var);

/** Find the weight variance that is critical for a bias variance:
    chi = 1 at a fixed point q, the edge of chaos.

    Solves q = E f^2 / E f'^2 + sb2, then sw2 = 1 / E f'^2. The smallest such q is taken; when every q is one
    (ReLU, leaky ReLU and linear without bias) q = 1; without bias, an f with f(0) = 0 is critical in the
    limit q = 0. A signal need not arrive at this q: where `slope` of wi_signal_step() there is above 1 the
    point repels (GELU and SiLU with a small bias), and from q = 0 GELU, SiLU and Mish move away.
    wi_signal_fixed_point() says where one from q = 1 ends.
    @param act the activation  @param bias_var sb2 >= 0  @param[out] weight_var sw2
    @param[out] q the fixed point
    @return WI_OK; WI_ERR_ARG; WI_ERR_NUMERIC if there is none (ReLU with a bias: q diverges) */
WI_API wi_status wi_critical(wi_act act, double bias_var, double *weight_var, double *q);

/** Say how deep a network of layers like this can be and still train: 6 of the shorter of two depths, the
    signal's xi_c and the gradient's 1/|ln chi|. Schoenholz et al. 2017 draw 6 xi_c; the rest is our own.
    @param at a fixed point, from wi_signal_fixed_point() @return layers; INFINITY at criticality */
WI_API double wi_trainable_depth(wi_signal at);

/* ==== 7. Initializers >>init ==============================================
   A recipe is a value that says how to fill weights; wi_fill() follows it.

   Why it matters. A unit sums fan_in products, so the variance of its sum is fan_in Var(w) E x^2. If fan_in
   Var(w) is 2 instead of 1, ten layers multiply the signal's variance by a thousand; if it is 1/2, they
   divide it. All the famous names are one formula, Var(w) = scale / fan, with a scale that makes up for what
   the activation takes away:

       LeCun    1 / fan_in                  SELU, linear            (1998)
       Xavier   2 / (fan_in + fan_out)      tanh, sigmoid           (Glorot & Bengio 2010)
       He       2 / fan_in                  ReLU, which halves E x^2 (He et al. 2015)

   fan_in counts the inputs that one unit sums, fan_out the units that one input feeds. Which axis of the
   buffer is which depends on the framework; wi_shape names them by role, so they cannot be swapped by
   accident. */

/** How the numbers come about. */
typedef enum wi_scheme {
    WI_SCHEME_DEFAULT,          /**< 0: chosen by the layer's activation, see wi_recipe_for(); without
                                     a layer at hand (wi_fill(), wi_recipe_std()) refused */
    WI_SCHEME_CONSTANT,         /**< all a */
    WI_SCHEME_UNIFORM,          /**< U[a, b] */
    WI_SCHEME_NORMAL,           /**< N(a, b^2) */
    WI_SCHEME_TRUNCATED,        /**< N(a, b^2) given that it lies in [a + lo b, a + hi b] */
    WI_SCHEME_ORTHOGONAL,       /**< a times a matrix with orthonormal rows or columns */
    WI_SCHEME_IDENTITY,         /**< a on the diagonal; dense only */
    WI_SCHEME_DIRAC,            /**< convolution that copies channel i to i, times a */
    WI_SCHEME_DELTA_ORTHOGONAL, /**< a times an orthogonal matrix in the middle of the kernel */
    WI_SCHEME_SPARSE,           /**< N(0, b^2) on exactly a inputs of each unit, 0 on the others */
    WI_SCHEME_HADAMARD,         /**< a times identity, or Hadamard where the layer widens: deterministic */
    WI_SCHEME_BILINEAR,         /**< a times the bilinear upsampling kernel */
    WI_SCHEME_NGUYEN_WIDROW,    /**< random directions, each unit's weights of length 0.7 a out^(1/fan_in) */
    WI_SCHEME_POISON,           /**< NaN: shows in tests what was never initialised */
    WI_SCHEME_COUNT
} wi_scheme;

/** What the variance is divided by. */
typedef enum wi_fan {
    WI_FAN_NONE, /**< nothing: the recipe's a and b are used as they are */
    WI_FAN_IN,   /**< keeps the forward signal's variance */
    WI_FAN_OUT,  /**< keeps the backward gradient's variance */
    WI_FAN_MEAN  /**< (fan_in + fan_out) / 2: between the two */
} wi_fan;

/** How to fill weights: a value to copy, compare and keep in tables. The functions below make them. */
typedef struct wi_recipe {
    const char *name;     /**< "he_normal"; not copied: one of your own must live as long as the recipe */
    wi_scheme   scheme;   /**< how */
    wi_fan      fan;      /**< not WI_FAN_NONE: Var(w) = scale / fan^power, in place of a and b */
    double      scale;    /**< of the variance, where there is a fan */
    double      power;    /**< 0 means 1 */
    double      a, b;     /**< see wi_scheme */
    double      lo, hi;   /**< truncated: bounds, in standard deviations from the mean */
} wi_recipe;

/** What a buffer of weights holds, by role: w[out][in / groups][kernel_h][kernel_w]. */
typedef struct wi_shape {
    size_t in, out;             /**< channels (dense: units) on either side */
    size_t kernel_h, kernel_w;  /**< 1 x 1 for a dense layer */
    size_t groups;              /**< divides in and out; in = groups is a depthwise convolution */
    int    in_major;            /**< 1: w[kernel_h][kernel_w][in / groups][out], as Keras and JAX store it */
    int    transposed;          /**< 1: of a transposed convolution, w[in][out / groups][height][width], or
                                     in Keras' order w[height][width][out / groups][in] */
} wi_shape;

/** Shape of a dense layer, w[out][in]. @param in inputs @param out units */
WI_API wi_shape wi_dense(size_t in, size_t out);
/** Shape of a 2-D convolution of in channels by out filters, w[out][in][kernel_h][kernel_w]. */
WI_API wi_shape wi_conv2d(size_t in, size_t out, size_t kernel_h, size_t kernel_w);
/** Shape of a transposed 2-D convolution as PyTorch stores it, w[in][out][kernel_h][kernel_w]. */
WI_API wi_shape wi_conv2d_transposed(size_t in, size_t out, size_t kernel_h, size_t kernel_w);
/** The same shape in Keras and JAX order, w[kernel_h][kernel_w][in / groups][out] (dense: w[in][out]). */
WI_API wi_shape wi_in_major(wi_shape shape);
/** The same shape in groups of channels. @param shape any @param groups how many, divides in and out */
WI_API wi_shape wi_grouped(wi_shape shape, size_t groups);
/** Count the weights. @param shape any @return in / groups x out x kernel_h x kernel_w;
            0 on overflow, for an empty shape or groups that do not divide */
WI_API size_t wi_shape_count(wi_shape shape);

/** Count connections: fan_in = in / groups x kernel_h x kernel_w inputs summed by a unit, and
    fan_out = out / groups x kernel_h x kernel_w units fed by an input (at stride 1).
    @param shape of another than a valid one both are 0
    @param[out] fan_in may be NULL @param[out] fan_out may be NULL */
WI_API void wi_shape_fans(wi_shape shape, double *fan_in, double *fan_out);

/** All 0: fine for biases; as weights, hidden units stay copies of each other. */
WI_API wi_recipe wi_zeros(void);
/** All 1: scales of normalisation layers. */
WI_API wi_recipe wi_ones(void);
/** All the same. @param value finite */
WI_API wi_recipe wi_constant(double value);
/** All NaN, to find in a test what is never initialised. */
WI_API wi_recipe wi_poison(void);
/** U[lo, hi]. @param lo smallest @param hi largest, >= lo */
WI_API wi_recipe wi_uniform(double lo, double hi);
/** N(mean, std^2). @param mean centre @param std >= 0 */
WI_API wi_recipe wi_normal(double mean, double std);

/** N(mean, std^2) given that it falls within the bounds: exact, by the inverse distribution function. `std`
    is the parent's; what is drawn has less (0.8796 of it for -2, 2). Keras' and JAX's truncated_normal;
    PyTorch's trunc_normal_ takes its bounds as weights: lo = (a - mean) / std.
    @param mean the parent's mean @param std the parent's, >= 0
    @param lo lower bound in units of std, may be -INFINITY @param hi upper bound, >= lo, may be INFINITY */
WI_API wi_recipe wi_truncated_normal(double mean, double std, double lo, double hi);

/** The same law, widened and shifted so that what is *drawn* has this mean and standard deviation.
    @param mean of the drawn numbers @param std of the drawn numbers, >= 0
    @param lo lower bound in units of the parent's deviation, as in wi_truncated_normal()
    @param hi upper bound, > lo */
WI_API wi_recipe wi_truncated_normal_corrected(double mean, double std, double lo, double hi);

/** \f$\mathrm{Var}(w) = \mathrm{scale} / \mathrm{fan}\f$: the formula behind all the names below.
    @param scale >= 0 @param fan what to divide by
    @param distribution WI_SCHEME_UNIFORM, WI_SCHEME_NORMAL or WI_SCHEME_TRUNCATED
        (at two standard deviations, corrected) */
WI_API wi_recipe wi_variance_scaling(double scale, wi_fan fan, wi_scheme distribution);

/** N(0, 1 / fan_in). LeCun et al., "Efficient BackProp", 1998. */
WI_API wi_recipe wi_lecun_normal(void);
/** Uniform with variance 1 / fan_in: U[-b, b], b = sqrt(3 / fan_in). */
WI_API wi_recipe wi_lecun_uniform(void);
/** N(0, 2 / (fan_in + fan_out)). Glorot & Bengio, AISTATS 2010. */
WI_API wi_recipe wi_xavier_normal(void);
/** Uniform with variance 2 / (fan_in + fan_out): b = sqrt(6 / (fan_in + fan_out)). */
WI_API wi_recipe wi_xavier_uniform(void);
/** N(0, 2 / fan_in): for ReLU. He et al., ICCV 2015. */
WI_API wi_recipe wi_he_normal(void);
/** Uniform with variance 2 / fan_in: b = sqrt(6 / fan_in). */
WI_API wi_recipe wi_he_uniform(void);
/** The same variances cut at two standard deviations and corrected: what Keras and JAX call lecun_normal,
    glorot_normal and he_normal. */
WI_API wi_recipe wi_lecun_truncated(void);
WI_API wi_recipe wi_xavier_truncated(void); /**< @copydoc wi_lecun_truncated */
WI_API wi_recipe wi_he_truncated(void);     /**< @copydoc wi_lecun_truncated */
/** Other names of wi_xavier_normal(), wi_xavier_uniform(), wi_he_normal() and wi_he_uniform(). */
WI_API wi_recipe wi_glorot_normal(void);
WI_API wi_recipe wi_glorot_uniform(void);   /**< @copydoc wi_glorot_normal */
WI_API wi_recipe wi_kaiming_normal(void);   /**< @copydoc wi_glorot_normal */
WI_API wi_recipe wi_kaiming_uniform(void);  /**< @copydoc wi_glorot_normal */

/** He's rule in full, Var(w) = 2 / (1 + slope^2) / fan, for ReLU with a slope below zero; PyTorch's
    kaiming_normal_ and kaiming_uniform_.
    @param slope of the leaky side, 0 for ReLU @param fan WI_FAN_IN or WI_FAN_OUT
    @param distribution as for wi_variance_scaling() */
WI_API wi_recipe wi_kaiming(double slope, wi_fan fan, wi_scheme distribution);

/** Any recipe, with every weight multiplied; a gain of 0 makes all of them 0.
    @param recipe any but a default one, which wi_recipe_for() names @param gain finite */
WI_API wi_recipe wi_gained(wi_recipe recipe, double gain);

/** gain times a random matrix [out][in / groups kernel_h kernel_w] (of a transposed convolution as in PyTorch
    [in][out / groups kernel_h kernel_w]) with orthonormal rows or columns, whichever are fewer, uniform among
    all such (Haar). Keeps lengths exactly, not on average. Saxe et al., ICLR 2014. Costs
    O(count min(rows, columns)) operations and scratch. @param gain finite */
WI_API wi_recipe wi_orthogonal(double gain);
/** gain on the diagonal of a dense layer, of any width. @param gain finite */
WI_API wi_recipe wi_identity(double gain);
/** A convolution that copies channel i to channel i of its group (kernel middle k / 2, as PyTorch). */
WI_API wi_recipe wi_dirac(void);
/** An orthogonal matrix [out][in] at the kernel's middle, (k - 1) / 2, else 0: keeps the norm of images.
    Needs out >= in and one group. Xiao et al., ICML 2018. @param gain finite */
WI_API wi_recipe wi_delta_orthogonal(double gain);
/** N(0, std^2) for exactly this many inputs of each unit, 0 for the rest. Martens, ICML 2010.
    @param nonzeros_per_unit at most fan_in @param std >= 0 */
WI_API wi_recipe wi_sparse(size_t nonzeros_per_unit, double std);
/** ZerO: identity where out <= in, else columns of a Hadamard matrix, +-1 / sqrt(p), p the least power of two
    >= out. Nothing is random and the symmetry is broken all the same, but for units with equal columns: from
    the r-th on, r the least power of two >= in, they are copies of the first ones until a later layer that
    reads both tells them apart; an identity to fewer outputs does not. Zhao et al., TMLR 2022. */
WI_API wi_recipe wi_hadamard(void);
/** For sin(omega z): U[-1 / n, 1 / n] in the first layer, U[-b, b] with b = sqrt(6 / n) / omega in the
    others, n = fan_in. Sitzmann et al., NeurIPS 2020.
    @param omega > 0 @param first_layer 1 or 0 */
WI_API wi_recipe wi_siren(double omega, int first_layer);
/** The kernel of bilinear upsampling between equal channels, 0 between others. */
WI_API wi_recipe wi_bilinear(void);
/** U[-1 / sqrt(fan_in), 1 / sqrt(fan_in)]: what torch.nn.Linear and Conv2d start with, a third of LeCun's
    variance. */
WI_API wi_recipe wi_pytorch_default(void);
/** U[-1 / sqrt(fan_out), 1 / sqrt(fan_out)]: what torch.nn.ConvTranspose2d starts with. */
WI_API wi_recipe wi_pytorch_transposed(void);
/** For one hidden layer of tanh units on inputs in [-1, 1]: the units' steep parts tile the input space.
    Nguyen & Widrow, IJCNN 1990. The bias goes with it: wi_uniform(-beta, beta). */
WI_API wi_recipe wi_nguyen_widrow(void);
/** The length of each unit's weights there, beta = 0.7 out^(1 / fan_in) of a dense shape. */
WI_API double wi_nguyen_widrow_beta(wi_shape shape);
/** Where in a network a weight matrix stands, for muP. */
typedef enum wi_mup_role { WI_MUP_INPUT, WI_MUP_HIDDEN, WI_MUP_OUTPUT } wi_mup_role;
/** Maximal update parametrisation (Yang & Hu 2021): the output layer's deviation shrinks with the width, not
    with its root, so that a learning rate tuned on a narrow network serves a wide one. N(0, 1 / fan_in) for
    input and hidden layers, N(0, base / fan_in^2) for the output.
    @param role of the layer @param base fan_in at which muP and LeCun agree, > 0 */
WI_API wi_recipe wi_mup(wi_mup_role role, double base);
/** The other half of muP: what to multiply Adam's rate by (wi_layer_desc.step_scale), 1 for the input and
    base / fan_in for the others, where the rate was tuned at a fan_in of base. NaN where one is not > 0. */
WI_API double wi_mup_rate(wi_mup_role role, double fan_in, double base);

/** The recipe that suits an activation, which WI_SCHEME_DEFAULT stands for: He for ReLU and leaky ReLU (with
    its slope), LeCun for SELU, SIREN for sine, Xavier for linear, tanh, sigmoid and softsign, and
    N(0, gain^2 / fan_in) with wi_gain() for the others, yours included.
    @param act any */
WI_API wi_recipe wi_recipe_for(wi_act act);

/** Read a recipe from text, whatever the locale: the constructor's name and its arguments, "he_normal",
    "normal:0,0.01", "orthogonal:1.4", "truncated:0,0.02,-2,inf", "kaiming:0.2,fan_out,uniform",
    "mup:output,64", "variance_scaling:2,fan_mean,truncated". A number after a name that takes none is a gain:
    "xavier_uniform:1.6667". "default" is a zeroed recipe. "he" and "xavier" alone are refused: say he_normal
    or he_uniform, xavier_normal or xavier_uniform. The recipe's name is a constant string.
    @param name the text @param[out] out the recipe
    @return WI_OK; WI_ERR_ARG on NULL; WI_ERR_FORMAT for an unknown name, and for numbers that are missing,
            too many, or that the law forbids. Whether they fit a wi_real is for wi_fill() to say */
WI_API wi_status wi_recipe_named(const char *name, wi_recipe *out);

/** Room for any recipe's text, its end included. */
#define WI_RECIPE_TEXT 160

/** Write a recipe so that wi_recipe_named() reads the same law, to the last bit of every number:
    "he_normal:2". One with a name of your own is written as what it does, "variance_scaling:2,fan_in,normal".
    @param recipe any
    @param[out] text receives it; empty if it does not fit, for half a text would be another recipe
    @param size of text, WI_RECIPE_TEXT for any  @return text */
WI_API const char *wi_recipe_text(wi_recipe recipe, char *text, size_t size);

/** The standard deviation that theory gives to the weights, in the same time for any shape.
    @param recipe any @param shape any @return it; NaN where wi_fill() would refuse, and for wi_poison() */
WI_API double wi_recipe_std(wi_recipe recipe, wi_shape shape);

/** Fill a buffer with weights. The bytes are the same on every compiler and processor, and where the weights
    are independent (uniform, normal, truncated) element i depends on (seed, stream, index + i) alone.
    rng->index moves on by the number of weights, whatever the recipe.
    @param[out] w wi_shape_count(shape) numbers  @param shape what they are  @param recipe how to fill them
    @param rng advanced on success
    @return WI_OK; WI_ERR_ARG for NULL, an unknown or default scheme, NaN, a negative deviation, lo > hi, or
            numbers too large for wi_real; WI_ERR_SHAPE for an empty or overflowing shape, groups that do not
            divide, more non-zeros than inputs, identity of a convolution, delta-orthogonal with out < in or
            groups; WI_ERR_MEMORY (orthogonal ones). On failure buffer and generator are as they were. */
WI_API wi_status wi_fill(wi_real *w, wi_shape shape, wi_recipe recipe, wi_rng *rng);

/** wi_fill() through any view: the same numbers, the weight of unit o for input i of its group at kernel
    position t = y kernel_w + x as element (o, i taps + t) of m, at m's own steps. For rows with a bias in
    them, padded rows, other layouts, one matrix of many.
    @param[out] m [shape.out][weights of a unit], its elements distinct
    @param shape what they are; in_major and transposed say which numbers are drawn, not where they go
    @param recipe how to fill them  @param rng advanced on success
    @return as wi_fill(); WI_ERR_SHAPE if m has another size, WI_ERR_ARG if its elements coincide. Orthogonal
            weights that lie unevenly in m (of in-major or transposed convolutions) need scratch twice. */
WI_API wi_status wi_fill_mat(wi_mat m, wi_shape shape, wi_recipe recipe, wi_rng *rng);

/** Fill a part of what wi_fill() would: elements first .. first + count - 1, with the same bytes; for pieces,
    threads, or a tensor too large for memory. Constant, uniform, normal and truncated recipes only.
    @param[out] w the part, count numbers @param first its first element @param count its length
    @param shape the whole @param recipe how
    @param rng as wi_fill() would get it. It stays as it is, so that all parts see the same: after the last
           one, add wi_shape_count(shape) to its index, or give each layer its own by wi_rng_split()
    @return as wi_fill(); WI_ERR_ARG for other schemes, WI_ERR_SHAPE if the part is not within the whole */
WI_API wi_status wi_fill_part(wi_real *w, size_t first, size_t count, wi_shape shape, wi_recipe recipe,
                              const wi_rng *rng);

/** Fill the stacked matrices of a gated layer, w[gates x units][in] (an LSTM's four, a GRU's three), each as
    a matrix of its own: fan_out is a gate's, and orthogonal recipes are so gate by gate.
    @param[out] w as for wi_fill() @param shape the whole, out = gates x units
    @param gates how many, divides out @param recipe for each gate @param rng advanced by the whole
    @return as wi_fill() */
WI_API wi_status wi_fill_gates(wi_real *w, wi_shape shape, size_t gates, wi_recipe recipe, wi_rng *rng);

/** Fill the bias of a gated layer: one gate starts at `value`, the others at 0. An LSTM's forget
    gate (index 1 in PyTorch and Keras) at 1 keeps 73 % of the memory each step instead of half.
    Jozefowicz et al., ICML 2015.
    @param[out] b [gates][units] @param gates how many @param units of each gate @param gate which one
    @param value finite @return WI_OK, WI_ERR_ARG or WI_ERR_SHAPE */
WI_API wi_status wi_fill_gate_bias(wi_real *b, size_t gates, size_t units, size_t gate, double value);

/** Fill the bias of a softmax layer so that the untrained network predicts the classes' frequencies:
    b_k = log p_k, shifted to mean 0. The first loss is then the labels' entropy instead of log(classes), and
    no step is spent on learning it.
    @param[out] b [classes] @param prior [classes] frequencies or counts, all > 0 and no denormal numbers
    @param classes how many
    @return WI_OK or WI_ERR_ARG */
WI_API wi_status wi_fill_prior(wi_real *b, const double *prior, size_t classes);
/** The same for one sigmoid output. Lin et al. (focal loss), ICCV 2017.
    @param prior probability of 1, in (0, 1) and no denormal number
    @return log(prior / (1 - prior)); NaN for any other */
WI_API double wi_prior_logit(double prior);
/** One line of a table of rules: names that match get the recipe. */
typedef struct wi_rule {
    const char *pattern;  /**< * stands for any text, ? for one character: "*.bias", "0.weight" */
    wi_recipe recipe;     /**< for the tensors whose names fit */
} wi_rule;

/** Find the first rule of a table that matches a name, "3.weight"; see wi_net_init_rules().
    @return the recipe within the table, or NULL */
WI_API const wi_recipe *wi_rule_for(const wi_rule *rules, size_t count, const char *name);
/** Say a shape's fans in words: "fan_in = 3 channels x 3x3 = 27, fan_out = 64 filters x 3x3 = 576".
    @param shape any @param[out] text receives it, cut to fit @param size of text @return text */
WI_API const char *wi_fans_text(wi_shape shape, char *text, size_t size);
/** How well a buffer fits a recipe. */
typedef struct wi_fit {
    double mean_z;           /**< deviation of the mean (orthogonal: of the trace) in standard errors */
    double std_z;            /**< the same of the standard deviation */
    double ks_p;             /**< Kolmogorov and Smirnov: probability of so large a distance by chance */
    double structure_error;  /**< largest deviation from what must hold exactly, relative to the gain */
    double p;                /**< how often a true fill would look as odd: uniform on [0, 1] if random */
    int passed;              /**< 1: looks like the recipe; a true fill fails once in more than 1,000 times */
} wi_fit;

/** Is this buffer what it claims to be? Works on weights from anywhere; take wi_shape's layout into account.
    Of a law not twelve steps of the number type wide, wi_normal(1e6, 1) in float, only the mean is judged.
    @param w wi_shape_count(shape) numbers  @param shape what they are  @param recipe what they claim to be
    @param[out] fit the evidence  @param[out] error may be NULL; a sentence that says what does not fit
    @return WI_OK, whether it passed or not; otherwise as wi_fill(), with WI_ERR_MEMORY for any recipe */
WI_API wi_status wi_check_fill(const wi_real *w, wi_shape shape, wi_recipe recipe, wi_fit *fit,
                               wi_error *error);

/** A recipe that may have made some weights. */
typedef struct wi_guess {
    wi_recipe recipe;       /**< with parameters estimated from the weights where it is not a named one */
    double log_likelihood;  /**< per weight; infinite where a structure holds exactly: chance never does */
    double p;               /**< how often a true fill would look as odd: small means it is not this */
    int fits;               /**< 1: p is not small; of few weights several recipes may fit */
    size_t gates;           /**< 1; 3 or 4: each of so many stacked gates follows it, see wi_fill_gates() */
} wi_guess;

/** Which recipe made these weights? Tries the named recipes of the common frameworks at this shape,
    structured ones, and laws with parameters of their own: normal, uniform, and normal but cut at 1, 2 or 3
    deviations to both sides. Ranks them: those that fit first, by likelihood less (log n) / 2 for each
    estimated parameter (Schwarz 1978). If not even the first fits it is none of these: trained weights, for
    one, which also show in how they go together. Structures must hold to 1e-5. Takes 9 KB of stack.
    @param w wi_shape_count(shape) numbers  @param shape what they are; a wrong layout gives wrong fans
    @param[out] guesses [count], best first  @param[in,out] count room there, > 0; then how many there are
    @param[out] error may be NULL; the outcome in a sentence
    @return WI_OK, also for none of these; WI_ERR_ARG, WI_ERR_SHAPE, WI_ERR_MEMORY */
WI_API wi_status wi_identify(const wi_real *w, wi_shape shape, wi_guess *guesses, size_t *count,
                             wi_error *error);

#ifndef WINIT_NO_NET
/* ==== 8. Networks >>net ===================================================
   A network is a list of layers. A dense layer computes

       pre  = x W^T + b      the pre-activation, [batch][units]
       post = f(pre)         the output, which is the next layer's x

   and every other kind has a pre and a post as well. Going backward, with d standing for the derivative of
   the loss,

       dpre = dpost * f'(pre)      db += sum over the batch of dpre
       dW  += dpre^T x             dx  = dpre W

   Nothing is hidden: each layer shows views of its weights, gradients and signals; all parameters are one
   flat block, all gradients another, so that an optimiser, a checkpoint or your own loop walks a plain array.
   Sentences count layers from 1; arrays and names of tensors from 0.

   A network is one allocation, made when it is created (or a buffer that you hand over); forward and backward
   allocate nothing. */

/** What a layer does. */
typedef enum wi_layer_kind {
    WI_LAYER_DENSE,       /**< pre = x W^T + b */
    WI_LAYER_CONV2D,      /**< pre = W * x + b, a cross-correlation over [channel][height][width] */
    WI_LAYER_MAX_POOL,    /**< the largest value of each window */
    WI_LAYER_AVG_POOL,    /**< the mean of each window, or of the whole image */
    WI_LAYER_BATCH_NORM,  /**< each feature or channel to mean 0, std 1 over the batch, then gamma, beta */
    WI_LAYER_DROPOUT,     /**< in training, a random part of the values becomes 0 and the rest grows */
    WI_LAYER_ACT,         /**< an activation alone */
    WI_LAYER_SKIP,        /**< adds the output of an earlier layer */
    WI_LAYER_LAYER_NORM,  /**< each sample to mean 0, std 1 over its features, then gamma, beta */
    WI_LAYER_SCALE,       /**< multiplies by one trainable number: the alpha of ReZero and SkipInit */
    WI_LAYER_SHIFT        /**< adds one trainable number: a scalar bias of Fixup */
} wi_layer_kind;

/** Describe a layer; zero means the documented default. The wi_layer_...() functions make these. */
typedef struct wi_layer_desc {
    wi_layer_kind kind; /**< the fields up to `rate` belong to some kinds only; others take them for 0 */
    size_t units;       /**< outputs of a dense layer, filters of a convolution */
    size_t kernel;      /**< side of the window; for average pooling 0 is the whole image */
    size_t stride;      /**< 0: 1 for a convolution, the window's side for pooling */
    size_t padding;     /**< rows and columns around the image: zeros, but left out of a maximum */
    size_t groups;      /**< 0: 1; channels and filters are cut into that many independent groups */
    size_t span;        /**< skip: how many layers back the added output is; past the first: the input */
    size_t tied;        /**< dense: 1 + index of an earlier dense layer whose transposed weights serve here */
    double rate;        /**< dropout: the probability of becoming 0, in [0, 1) */
    double step_scale;  /**< multiplies the learning rate for this layer; 0: 1 */
    int    frozen;      /**< non-zero: the trainer leaves its parameters alone; running statistics go on */
    wi_act act;         /**< applied to pre; zero: linear */
    wi_recipe weights;  /**< zero: wi_recipe_for() the activation that follows; 1 for a norm's gamma */
    wi_recipe bias;     /**< zero: zeros */
    size_t from;        /**< how many layers back this one's input is: 0 or 1: the layer before; one past the
                             first layer: the network's input. A shortcut may so have layers of its own */
    int    no_bias;     /**< dense, convolution: non-zero: there is no bias */
} wi_layer_desc;

/** Describe a fully connected layer. @param units outputs, > 0 @param act its activation */
WI_API wi_layer_desc wi_layer_dense(size_t units, wi_act act);
/** Describe a convolution: stride 1, no padding, one group, unless you set them.
    @param filters output channels @param kernel side of the square kernel @param act its activation */
WI_API wi_layer_desc wi_layer_conv2d(size_t filters, size_t kernel, wi_act act);
/** Describe max pooling over squares. @param size side and stride of the window */
WI_API wi_layer_desc wi_layer_max_pool(size_t size);
/** Describe average pooling. @param size side and stride of the window; 0: the whole image */
WI_API wi_layer_desc wi_layer_avg_pool(size_t size);
/** Describe batch normalisation (Ioffe and Szegedy 2015), of each channel of an image or each feature. In
    training the batch's own mean and variance are used, and running ones (momentum 0.1) are kept for
    WI_EVAL, but for those of NaN and infinity; epsilon 1e-5. */
WI_API wi_layer_desc wi_layer_batch_norm(void);
/** Describe layer normalisation (Ba, Kiros and Hinton 2016) over all features of a sample; epsilon 1e-5. */
WI_API wi_layer_desc wi_layer_layer_norm(void);
/** Describe dropout (Srivastava et al. 2014). What is kept is divided by 1 - rate: WI_EVAL needs no scaling.
    @param rate probability of becoming 0, in [0, 1) */
WI_API wi_layer_desc wi_layer_dropout(double rate);
/** Describe an activation that stands alone, after a norm say. @param act which */
WI_API wi_layer_desc wi_layer_act(wi_act act);
/** Describe a skip connection: post = x + the output of the layer `span` places before this one, so that
    wi_layer_skip(3) closes a branch of two layers.
    @param span 2 or more; one past the first layer means the network's input

    Where a block changes the shape, the shortcut needs weights as well. They come first, and the branch
    behind them reads, by its field `from`, what they have read:

        layers[n] = wi_layer_conv2d(64, 1, wi_linear());       // the shortcut
        layers[n++].stride = 2;
        layers[n] = wi_layer_conv2d(64, 3, wi_relu());         // the branch
        layers[n].stride = 2;
        layers[n].padding = 1;
        layers[n++].from = 2;                                  // not the shortcut, but the layer before it
        layers[n] = wi_layer_conv2d(64, 3, wi_linear());
        layers[n++].padding = 1;
        layers[n++] = wi_layer_skip(3);                        // adds the shortcut */
WI_API wi_layer_desc wi_layer_skip(size_t span);
/** Describe multiplication by one trainable number; before a skip it is the branch's alpha: 0 for ReZero
    (Bachlechner et al. 2020) and SkipInit (De and Smith 2020). @param initial where it starts */
WI_API wi_layer_desc wi_layer_scale(double initial);
/** Describe adding one trainable number. With it, a scale, and layers that have `no_bias`, a block is Fixup's
    as published (Zhang, Dauphin and Ma 2019): shift, conv, shift, relu, shift, conv, scale, shift, skip.
    @param initial where it starts, 0 there */
WI_API wi_layer_desc wi_layer_shift(double initial);
/** Name a kind of layer, "max_pool". @param kind any value @return a constant string */
WI_API const char *wi_layer_kind_name(wi_layer_kind kind);
/** An allocator of yours, with your context. */
typedef struct wi_allocator {
    void *(*alloc)(size_t size, void *user);   /**< NULL where there is no memory; aligned as malloc()'s */
    void (*release)(void *p, void *user);      /**< what alloc gave, once */
    void *user;                                /**< handed to both */
} wi_allocator;

/** Describe a network; zero means the documented default. */
typedef struct wi_net_desc {
    size_t inputs;                   /**< features of a sample, or, for images: */
    size_t channels, height, width;  /**< their product is the number of inputs */
    const wi_layer_desc *layers;     /**< [layer_count], copied */
    size_t   layer_count;            /**< how many */
    size_t   max_batch;              /**< the most samples of one forward pass; 0: 64 */
    uint64_t seed;                   /**< of the first weights and of dropout */
    int      input_gradient;         /**< non-zero: keep room for net.dinput */
    void    *buffer;                 /**< your memory, any alignment; NULL: it is allocated */
    size_t   buffer_size;            /**< bytes; see wi_net_memory() */
    const wi_real *params;           /**< NULL; or parameters that live elsewhere, in flash or in another
                                          network, in the order of net.params: never written, so that any
                                          number of networks and threads may share them. Forward only */
    const wi_real *state;            /**< with params: the running statistics of batch norms */
    wi_allocator allocator;          /**< of all that the network holds; what a call needs for a moment (a
                                          recipe, LSUV, a probe) is WINIT_MALLOC's. Zero: so is the rest */
} wi_net_desc;

/** A sample's shape between two layers; plain features are channels of 1 x 1. */
typedef struct wi_image {
    size_t channels, height, width;  /**< [channels][height][width], row-major */
} wi_image;

/** A layer of a network. The views show the network's own memory, to read and to change. */
typedef struct wi_layer {
    wi_layer_desc desc;               /**< with defaults filled in, but for step_scale and pooling's stride */
    wi_shape shape;                   /**< of the weights, for wi_fill(); all zero where there are none */
    wi_image in, out;                 /**< shapes of a sample before and after */
    size_t inputs, outputs;           /**< the same as counts */
    size_t param_first, param_count;  /**< this layer's place in net.params and net.grads: weights, bias */
    wi_mat w;                         /**< weights, [out][everything in]; gamma of a norm, [1][features] */
    wi_mat b;                         /**< bias, [1][out]; beta of a norm */
    wi_mat dw, db;                    /**< gradients in those, added up */
    wi_mat pre, post;                 /**< [max_batch][outputs]; one memory where the activation is linear */
    wi_mat dpre, dpost;               /**< gradients in those, of the latest backward pass */
    wi_real *state;                   /**< batch norm: running mean [features], running variance [features] */
    wi_real *saved;                   /**< what backward needs: a norm's statistics, dropout's mask */
    size_t state_count, saved_count;  /**< how many numbers those two hold */
} wi_layer;

/** A network. Create, use, destroy; the fields are yours to read. It owns one block of memory, or none, and
    holds no pointer to itself: a copy may take its place (`b = a;`, a move in C++) if only one is used and
    destroyed from then on. */
typedef struct wi_net {
    wi_layer *layers;       /**< [layer_count] */
    size_t layer_count, max_batch, inputs, outputs;  /**< as described */
    wi_image input;         /**< shape of a sample */
    wi_real *params;        /**< [param_count], layer by layer, weights before bias */
    wi_real *grads;         /**< [param_count], the same order */
    wi_real *state;         /**< [state_count], running statistics: saved with a network, but not trained */
    size_t param_count, state_count;  /**< lengths of those */
    size_t memory;          /**< bytes in all, as wi_net_memory() said */
    uint64_t seed;          /**< of the latest weights */
    wi_rng noise;           /**< draws dropout's masks */
    size_t batch;           /**< samples of the latest forward pass; 0: none yet */
    int mode;               /**< its wi_mode */
    wi_mat dinput;          /**< [max_batch][inputs] where desc.input_gradient asked for it: its gradient */
    wi_mat x;               /**< input of the latest forward pass: a view of your memory */
    wi_real *scratch;       /**< [scratch_count], what a convolution lays out */
    size_t scratch_count;   /**< its length */
    unsigned char *reached; /**< [layer_count + 1], backward's marks: this signal has a gradient already */
    size_t train_rows;      /**< fewest samples of a training pass: 2 with a batch norm of plain features */
    int residual;           /**< 1 + the wi_residual that drew the weights; 0: each layer's own recipe did */
    int borrowed;           /**< 1: params and state are desc.params and desc.state, never written */
    void *owned;            /**< what wi_net_destroy() frees */
    wi_allocator allocator; /**< by which it was allocated */
    wi_error error;         /**< of the latest call that takes no wi_error and a network that
                                 is not const: what is wrong, in a sentence */
} wi_net;

/** Whether a forward pass is part of training: it matters to batch norm and dropout only. */
typedef enum wi_mode { WI_EVAL, WI_TRAIN } wi_mode;

/** Say how many bytes a network will take. Up to 32 layers are planned without any allocation.
    @param desc as for wi_net_create() @param[out] bytes all of it: parameters, gradients, signals
    @param[out] error may be NULL @return as wi_net_create(), but recipes are not looked at */
WI_API wi_status wi_net_memory(const wi_net_desc *desc, size_t *bytes, wi_error *error);
/** Create a network and draw its weights from desc->seed.
    @param[out] net untouched on failure @param desc layers, input shape, largest batch
    @param[out] error may be NULL; says which layer does not fit, the first being layer 1:
    "layer 4 (max_pool): window 5 does not fit into the 3x3 input with padding 0"
    @return WI_OK, WI_ERR_ARG, WI_ERR_SHAPE, WI_ERR_MEMORY, or what wi_fill() says of a recipe */
WI_API wi_status wi_net_create(wi_net *net, const wi_net_desc *desc, wi_error *error);
/** Free a network. @param net may be NULL, all zero, or destroyed already */
WI_API void wi_net_destroy(wi_net *net);

/** Draw all weights anew, each layer by its own recipe. Layer l (from 0) draws its weights from child 2l of
    the seed's generator (wi_rng_split()) and its bias from child 2l + 1: changing one layer leaves those of
    all others as they were. Running statistics and dropout's noise start anew too. Only orthogonal recipes
    take memory.
    @param net a network @param seed any
    @return WI_OK or what wi_fill() says; then nothing has changed, and net->error names the layer */
WI_API wi_status wi_net_init(wi_net *net, uint64_t seed);
/** The same with one recipe for the weights and one for the biases of all dense and convolution layers, which
    become the layers' own; a zeroed one is each layer's default. Norms keep theirs.
    @param net a network @param weights for all @param bias for all @param seed any
    @return as wi_net_init() */
WI_API wi_status wi_net_init_all(wi_net *net, wi_recipe weights, wi_recipe bias, uint64_t seed);
/** Layer-sequential unit variance (Mishkin and Matas 2016): orthogonal weights, then, from the first layer to
    the last, divide the weights by the measured std of the pre-activation until it is within tolerance of 1,
    in mode WI_EVAL, where fresh batch norms pass their input on. The layers' own recipes stay as they are.
    @param net a network; net->seed draws the orthogonal weights
    @param batch [samples][inputs]; rows past max_batch are not used
    @param tolerance on the std, > 0; 0.1 in the paper's code @param max_rounds a layer, > 0; 10 in the paper
    @return WI_OK, or WI_ERR_NUMERIC where a layer's output has no finite std above 0; nothing has changed */
WI_API wi_status wi_net_init_lsuv(wi_net *net, wi_mat batch, double tolerance, int max_rounds);

/** Give every unit mean 0 and standard deviation 1 on a batch, exactly: draw by each layer's recipe from
    net->seed; then, from the first layer to the last, measure mu and sigma of each unit's (channel's)
    pre-activation in mode WI_EVAL, and let w /= sigma and b = (b - mu) / sigma. Salimans and Kingma 2016.
    @param net a network @param batch [samples][inputs]; rows past max_batch are not used
    @return WI_OK, or WI_ERR_NUMERIC where a unit is constant or not finite; then nothing has changed */
WI_API wi_status wi_net_init_batch(wi_net *net, wi_mat batch);
/** Draw all parameters by name. "L.KIND.weight" and "L.KIND.bias", with L the layer's index from 0 (as in
    PyTorch's names) and KIND wi_layer_kind_name(), are looked up in the rules, "*.conv2d.weight" say; the
    first match wins, and what matches none keeps its recipe.
    @param net a network @param rules see wi_rule @param count of rules @param seed any
    @return as wi_net_init() */
WI_API wi_status wi_net_init_rules(wi_net *net, const wi_rule *rules, size_t count, uint64_t seed);

/** How the branches of a residual network start, so that its depth does not add up. */
typedef enum wi_residual {
    WI_RESIDUAL_ZERO,  /**< a branch's last weights 0: blocks start as the identity. ReZero, SkipInit 2020 */
    WI_RESIDUAL_SQRT,  /**< a branch's last weights / sqrt(branches): variance at most doubles. GPT-2, 2019 */
    WI_RESIDUAL_FIXUP  /**< last weights 0, the others He times branches^(-1 / (2m - 2)) with m weight layers
                            in a branch, the network's last layer 0. Zhang, Dauphin and Ma 2019 */
} wi_residual;
/** Draw a residual network's weights anew: the layers' own recipes, changed as the method says. The branch of
    a skip are the layers it spans. Where a branch has a scale layer, ZERO and SQRT act on its number instead
    of on weights. What is derived is not stored: the layers' recipes stay as they are.
    @param net with at least one skip @param method see wi_residual @param seed any
    @return as wi_net_init(); WI_ERR_SHAPE without a skip or without weights in a branch */
WI_API wi_status wi_net_init_residual(wi_net *net, wi_residual method, uint64_t seed);

/** Copy a layer's parameters and running statistics from a layer of the same shape, of this network
    or another: transfer learning is a copy of the first layers, a new last one, and `frozen` where
    the copies shall stay.
    @param[in,out] to changed @param from read
    @return WI_OK, WI_ERR_ARG (also for parameters that are borrowed), or WI_ERR_SHAPE where they differ */
WI_API wi_status wi_layer_copy(wi_layer *to, const wi_layer *from);

/** Compute the network's output. @param net a network
    @param x [samples][inputs], 1 to max_batch rows, columns one step apart @param mode WI_TRAIN or WI_EVAL
    @param[out] y may be NULL; a view [samples][outputs] of the last layer's post
    @return WI_OK; WI_ERR_ARG or WI_ERR_SHAPE, and net->error says why. NaN and infinity pass through. */
WI_API wi_status wi_net_forward(wi_net *net, wi_mat x, wi_mode mode, wi_mat *y);
/** Add the gradients of a loss in all parameters to net->grads; those in the signals, net->dinput among them,
    are set. @param net straight after wi_net_forward() @param x the same view as there
    @param dy [samples][outputs], the gradient in the output
    @return WI_OK; WI_ERR_ARG or WI_ERR_SHAPE, and net->error says why */
WI_API wi_status wi_net_backward(wi_net *net, wi_mat x, wi_mat dy);
/** Set all gradients in parameters to zero. @param net a network */
WI_API void wi_net_zero_grads(wi_net *net);

/** Say what theory expects of every layer's signal, from the recipes alone: no data, no weights. Exact for
    wide layers: dense layers, convolutions of any stride and padding, weights and biases with a mean or a
    fan, norms, dropout, scales. Near: the two inputs of a skip are taken as independent, pixels under
    average pooling as alike as two samples (where its windows overlap, the next pool's q and E dpre^2 in
    front come out up to 5 times too small), what an activation reads as normal (behind another one without
    weights between, q 0.6 to 1.5 times as large; after three layers of tanh whose units have one input each
    by wi_sparse(), 0.5 to 0.7, three each 0.8 to 0.9) and in all pixels alike (after six padded convolutions
    of tanh or sine, q 0.85 to 0.93 times as large), and the spread of convolutions is right to a third, of
    orthogonal ones up to four times too small; a batch counts as large to batch norm: of 100 samples its
    gradient comes out 0.14 to 0.49 lower, 20 layers deep. Off too: E dpre^2 by 0.13 behind two blocks of
    convolution, batch norm and max pooling, 0.28 behind three; where weights have a mean, q by 0.27 after
    four padded convolutions of 4 x 4 pixels, twofold after 20 dense layers of ReLU; E dpre^2 is 1 to 1.7
    times as large before a batch norm that reads activated values, twice behind 8 dense layers of ReLU, and
    3 to 10 times in a scale or dropout between the two. Max pooling of what is not monotone (the sine) takes
    the greatest of its values as it does of others'. NaN says that there is no answer, from that layer on,
    and for `backward` in front of it: behind tied weights, unless they mirror the layer before them and that
    reads the inputs; behind weights that are not random (identity, dirac, Hadamard, bilinear) but in the
    first layer, or there, where copies leave units at 0 or a bilinear one is padded; where a mean of the
    weights has made the units act as one, no sum of small parts any more; for a maximum of what has no smooth
    law (pooled or dropped values). After LSUV, wi_net_probe() predicts by the weights as they are.
    @param net a network
    @param input_second_moment E x^2 of the inputs, > 0: 1 for standardised data; their mean and correlation
    are taken as 0: see wi_net_theory_from()
    @param[out] per_layer [layer_count]: each layer's pre-activation, with `backward`, `spread` and `units`
    @return WI_OK or WI_ERR_ARG */
WI_API wi_status wi_net_theory(const wi_net *net, double input_second_moment, wi_signal *per_layer);
/** The same for inputs that are alike, as pixels are.
    @param net a network
    @param input q, E x^2 > 0, and correlation, E x x' / q of two samples (of images, at any two pixels), in
    [-1, 1], are read
    @param[out] per_layer [layer_count] @return as wi_net_theory() */
WI_API wi_status wi_net_theory_from(const wi_net *net, wi_signal input, wi_signal *per_layer);

/* ==== 9. Losses >>loss ====================================================
   One number that training makes small, averaged over the batch. With y the
   network's output and t the target, of n samples:

       half squared            1/n sum of |y - t|^2 / 2
       binary cross-entropy    1/n sum over outputs of -t log p - (1 - t) log(1 - p),  p = sigmoid(y)
       softmax cross-entropy   1/n sum of -t log p,                                    p = softmax(y)

   The two cross-entropies take logits: the network's last layer is linear and
   the loss applies the sigmoid or softmax itself, because together their
   gradient is simply (p - t) / n, which neither saturates nor divides by zero. */

/** What training makes small. */
typedef enum wi_loss {
    WI_LOSS_HALF_SQUARED, WI_LOSS_BINARY_CROSS_ENTROPY, WI_LOSS_SOFTMAX_CROSS_ENTROPY
} wi_loss;
/** Compute a loss and its gradient.
    @param loss which @param y [n][outputs], the output; logits for the cross-entropies, also infinite ones
    @param target [n][outputs]; for softmax each row sums to 1
    @param[in,out] dy may be NULL; else a view of your memory, [n][outputs], its elements distinct, that
           receives d loss / d y; it may be y or target themselves
    @param[out] value may be NULL @return WI_OK, WI_ERR_ARG, WI_ERR_SHAPE. A NaN in y gives a NaN loss. */
WI_API wi_status wi_loss_of(wi_loss loss, wi_mat y, wi_mat target, wi_mat *dy, double *value);
/** Name a loss, "softmax_cross_entropy". @param loss any value @return a constant string */
WI_API const char *wi_loss_name(wi_loss loss);

/** Predict: outputs for inputs, in mode WI_EVAL, as probabilities where the loss is a cross-entropy (softmax
    or logistic), else as they are.
    @param net a network @param x [rows][inputs], any number of rows, taken max_batch at a time
    @param loss the one that the network was trained with
    @param[out] out [rows][outputs], your memory, apart from x
    @return WI_OK; WI_ERR_ARG or WI_ERR_SHAPE, and net->error says why */
WI_API wi_status wi_net_predict(wi_net *net, wi_mat x, wi_loss loss, wi_mat out);
/** Find the largest number, a predicted class say. @param x [n] @param n how many
    @return its index: the first of equals, never a NaN's; n if there is no number */
WI_API size_t wi_argmax(const wi_real *x, size_t n);

/* ==== 10. Optimisers >>opt ================================================
   Flat arrays in, no network in sight. With g the gradient of a parameter w,
   t the number of the step and r the rate:

       SGD        w -= r g
       momentum   m = mu m + g                        w -= r m
       Nesterov   m = mu m + g                        w -= r (g + mu m)
       RMSProp    v = b2 v + (1 - b2) g^2             w -= r g / (sqrt(v) + e)
       Adam       m = b1 m + (1 - b1) g, v likewise   w -= r m' / (sqrt(v') + e)
                  m' = m / (1 - b1^t), v' = v / (1 - b2^t)
       AdamW      as Adam, after w -= r decay w       (decay works with every optimiser)

   as PyTorch has them. */

/** Which rule; the fields a rule does not name are not used by it. */
typedef enum wi_opt_kind {
    WI_OPT_SGD, WI_OPT_MOMENTUM, WI_OPT_NESTEROV, WI_OPT_RMSPROP, WI_OPT_ADAM
} wi_opt_kind;
/** Describe an optimiser; made by the functions below. */
typedef struct wi_opt_desc {
    int    kind;      /**< a wi_opt_kind */
    double rate;      /**< r, >= 0; 0: the kind's default, 0.001 for RMSProp and Adam, 0.01 for the others */
    double momentum;  /**< mu, or Adam's b1, in [0, 1) */
    double beta2;     /**< b2, in [0, 1) */
    double epsilon;   /**< e, above 0 (and no less than a wi_real holds) where a rule divides */
    double decay;     /**< decoupled weight decay, >= 0 */
} wi_opt_desc;
/** Describe stochastic gradient descent. @param rate > 0 */
WI_API wi_opt_desc wi_sgd(double rate);
/** Describe SGD with heavy-ball momentum (Polyak 1964). @param rate > 0 @param momentum in [0, 1), say 0.9 */
WI_API wi_opt_desc wi_momentum(double rate, double momentum);
/** Describe SGD with Nesterov's momentum (Sutskever et al. 2013). @param rate > 0 @param momentum likewise */
WI_API wi_opt_desc wi_nesterov(double rate, double momentum);
/** Describe RMSProp (Tieleman and Hinton 2012): beta2 0.99, epsilon 1e-8. @param rate > 0 */
WI_API wi_opt_desc wi_rmsprop(double rate);
/** Describe Adam (Kingma and Ba 2015): betas 0.9 and 0.999, epsilon 1e-8. @param rate > 0, often 0.001 */
WI_API wi_opt_desc wi_adam(double rate);
/** Describe AdamW (Loshchilov and Hutter 2019). @param rate > 0 @param decay decoupled, often 0.01 */
WI_API wi_opt_desc wi_adamw(double rate, double decay);
/** An optimiser at work on one flat array. */
typedef struct wi_opt {
    wi_opt_desc desc;   /**< defaults filled in; change desc.rate between steps for a schedule of your own,
                             which may go down to 0 */
    wi_real *m, *v;     /**< [n] each, NULL where the rule keeps none */
    size_t n, step;     /**< parameters; steps taken */
    void *owned;        /**< what wi_opt_destroy() frees */
} wi_opt;
/** Create an optimiser for n parameters. @param[out] opt untouched on failure @param desc which @param n > 0
    @return WI_OK, WI_ERR_ARG (a rate, momentum, ... out of range), WI_ERR_SHAPE, WI_ERR_MEMORY */
WI_API wi_status wi_opt_create(wi_opt *opt, wi_opt_desc desc, size_t n);
/** Take one step. @param opt the optimiser @param params [n], changed @param grads [n]
    @return WI_OK or WI_ERR_ARG */
WI_API wi_status wi_opt_step(wi_opt *opt, wi_real *params, const wi_real *grads);
/** Free an optimiser. @param opt may be NULL, all zero, or destroyed already */
WI_API void wi_opt_destroy(wi_opt *opt);

#endif /* WINIT_NO_NET */

#ifndef WINIT_NO_DATA
/* ==== 11. Data >>data =====================================================
   A data set is two matrices, one row a sample in both: x is what the network sees, y what it should answer.
   A class is written "one-hot": class 2 of 4 is 0 0 1 0, so that the error of every output is a plain
   difference.

   Every reader parses memory and never looks behind its end; the file forms only read the bytes first. An
   error names the file and the byte, or the line and column. Statuses: WI_ERR_FORMAT when a file contradicts
   itself, WI_ERR_SHAPE when two things do not fit each other, WI_ERR_NUMERIC for a number that is NaN,
   infinite or too large for wi_real. A call that takes no wi_error leaves its sentence in the `error` of what
   it fills; of a result, that is all that a failure touches. */

/** Samples and their targets. Made by a function below and destroyed by wi_data_destroy(); or, with owned =
    NULL, views of any numbers of yours. */
typedef struct wi_data {
    wi_mat x;            /**< [samples][features] */
    wi_mat y;            /**< [samples][outputs]; one-hot for classes */
    void *owned;         /**< the block that holds all; NULL for views */
    char **classes;      /**< [class_count], the names of y's columns; NULL: they have none */
    size_t class_count;  /**< y.cols where there are names, else 0 */
    wi_error error;      /**< of the latest call that takes no wi_error */
} wi_data;

/** Read images and their labels in the IDX format, that of the MNIST files. Bytes (type 0x08) are scaled,
    \f$x = \mathrm{byte} / 255\f$, so that black and white are 0 and 1; the other types (0x09, 0x0B to 0x0E:
    signed, float, double) are taken as they are. Labels are bytes, and become one-hot rows of (largest label
    + 1) outputs.
    @param[out] out the set: x [images][product of the other dimensions]
    @param images an IDX file, its first dimension the images  @param images_size its bytes
    @param labels an IDX file of a byte for each image  @param labels_size its bytes
    @param[out] error may be NULL
    @return WI_OK; WI_ERR_ARG for NULL; WI_ERR_FORMAT with the byte; WI_ERR_SHAPE if there are not as many
           labels as images; WI_ERR_NUMERIC; WI_ERR_MEMORY */
WI_API wi_status wi_data_parse_idx(wi_data *out, const void *images, size_t images_size, const void *labels,
                                   size_t labels_size, wi_error *error);

/** Read a table. Its separator is what the first line has: a semicolon, else a comma, else a tab. A first
    line without any number or word for a missing value (?, NA, N/A, NaN, NULL, None) is a header; a line
    "sep=;" before it and blank lines are skipped. Lines end in LF, CRLF or CR; fields may stand in spaces and
    in double quotes, inside which "" is a quote (RFC 4180); a quote that is not closed, or has text behind
    it, is an error. The decimal sign is the point, whatever the locale, and every number is rounded correctly
    to a double. A missing value is an error; so is, unless it stands in quotes, such a word among names of
    classes, and a first label with a decimal comma. Under a header, a line may end in a separator behind its
    last column, as some programs write it.

    A single column of labels may hold names, in UTF-8. Its classes are the distinct names in the order of
    their bytes, so that their numbers do not depend on the order of the rows; y is one-hot, and out->classes
    says which column is whose.
    @param[out] out the set: x [rows][columns - label_columns], y [rows][label_columns], as written:
           wi_data_one_hot() makes classes of a column of numbers
    @param text not necessarily ended by a zero byte; UTF-8  @param size its length
    @param label_columns how many of the last columns are y; may be 0  @param[out] error may be NULL
    @return WI_OK; WI_ERR_ARG for NULL; WI_ERR_FORMAT or WI_ERR_NUMERIC with line and column; WI_ERR_SHAPE if
           label_columns leaves no column for x; WI_ERR_MEMORY */
WI_API wi_status wi_data_parse_csv(wi_data *out, const char *text, size_t size, size_t label_columns,
                                   wi_error *error);

/** Write a matrix as CSV, nine digits a number (17 in the double build): read again, they are the same
    numbers, but for nan and inf, which are written and which wi_data_parse_csv() refuses (a first line of
    nothing but inf it takes for a header). Put one row a step and one column a layer into it, and it is a
    history of any statistic.
    @param m any matrix, any steps  @param names [m.cols], a header line, that is read as one unless a name is
           a number or a word for a missing value; NULL: none
    @param[out] text NULL: only tell the size  @param capacity of text
    @param[out] size the length of the text, which a zero byte follows
    @return WI_OK; WI_ERR_ARG for NULL; WI_ERR_SHAPE for an empty matrix or a capacity of size or less */
WI_API wi_status wi_mat_write_csv(wi_mat m, const char *const *names, char *text, size_t capacity,
                                  size_t *size);

#ifndef WINIT_NO_STDIO
/** Read a pair of IDX files as wi_data_parse_idx() does; WI_ERR_IO with the system's reason. */
WI_API wi_status wi_data_load_idx(wi_data *out, const char *images_path, const char *labels_path,
                                  wi_error *error);

/** Read a CSV file as wi_data_parse_csv() does; WI_ERR_IO with the system's reason. */
WI_API wi_status wi_data_load_csv(wi_data *out, const char *path, size_t label_columns, wi_error *error);
/** Write a matrix to a file, replaced as a whole; as wi_mat_write_csv(), or WI_ERR_IO, WI_ERR_MEMORY. */
WI_API wi_status wi_mat_save_csv(wi_mat m, const char *const *names, const char *path, wi_error *error);
#endif

/** Turn a single column of class numbers into one-hot rows, a column for each number from 0 to the largest;
    where no label is 0, from the smallest. The numbers become data->classes. A set that has class names
    already stays as it is.
    @param[in,out] data y [samples][1]; afterwards it owns a block of its own  @param[out] error may be NULL
    @return WI_OK; WI_ERR_ARG for NULL; WI_ERR_SHAPE if y has not one column; WI_ERR_NUMERIC for a label that
           is not a whole number from 0 to 65535, naming the row; WI_ERR_MEMORY. Untouched on
           failure. */
WI_API wi_status wi_data_one_hot(wi_data *data, wi_error *error);

/** Bring the samples into random order (Fisher and Yates), in place; y may be x, or its first columns.
    @param[in,out] data any set  @param[in,out] rng advanced
    @return WI_OK; WI_ERR_SHAPE; WI_ERR_ARG, also where a number is part of several samples, or of x and y in
           another way, as in windows over a series */
WI_API wi_status wi_data_shuffle(wi_data *data, wi_rng *rng);

/** Draw round clouds: class k is N(c_k, spread^2) in every feature. The centres stand evenly on the unit
    circle of the first two features; of each further pair of features likewise, but one turn more for each
    pair. (A lone last feature is the cosine of its pair; a single feature puts the centres evenly on [-1,
    1].) Samples take turns, class 0, 1, 2, ..., so that any split is fair.
    @param[out] out x [n][features], y [n][classes] one-hot  @param n samples, > 0  @param features > 0
    @param classes > 0  @param spread 0 to 1e30  @param[in,out] rng advanced
    @return WI_OK; WI_ERR_ARG; WI_ERR_SHAPE for a size of 0 or an overflow; WI_ERR_MEMORY */
WI_API wi_status wi_data_blobs(wi_data *out, size_t n, size_t features, size_t classes, double spread,
                               wi_rng *rng);

/** Draw interleaved spiral arms, which no straight line parts: radius t, angle 2 pi k / classes + 4 t + noise
    N(0,1), with t uniform on [0, 1).
    @param[out] out x [n][2], y [n][classes] one-hot, taking turns  @param n samples, > 0  @param classes > 0
    @param noise in radians, 0 to 1e30  @param[in,out] rng advanced  @return as wi_data_blobs() */
WI_API wi_status wi_data_spirals(wi_data *out, size_t n, size_t classes, double noise, wi_rng *rng);

/** Draw two half circles that reach into each other: (cos a, sin a) and (1 - cos a, 1/2 - sin a), a uniform
    on [0, pi), plus noise N(0,1) in both features.
    @param[out] out x [n][2], y [n][2] one-hot, classes taking turns  @param n samples, > 0
    @param noise 0 to 1e30  @param[in,out] rng advanced  @return as wi_data_blobs() */
WI_API wi_status wi_data_moons(wi_data *out, size_t n, double noise, wi_rng *rng);

/** The four cases of exclusive or, which no network without a hidden layer learns.
    @param[out] out x [4][2] and y [4][1], zeros and ones  @return WI_OK; WI_ERR_ARG; WI_ERR_MEMORY */
WI_API wi_status wi_data_xor(wi_data *out);

/** View the first part of a set and the rest: views, to be used while data lives, that need no
    wi_data_destroy(). Of a file sorted by class, head would lack the last ones: use wi_data_split_classes().
    @param data any set  @param fraction of the samples in head, rounded to the nearest number of samples
    @param[out] head the first samples; its error says why it failed  @param[out] tail the others
    @return WI_OK; WI_ERR_ARG for NULL or a fraction not between 0 and 1; WI_ERR_SHAPE if a part would be
           empty */
WI_API wi_status wi_data_split(const wi_data *data, double fraction, wi_data *head, wi_data *tail);

/** Deal a set out, class by class and in random order: both parts have their share of every class, rounded to
    a sample. A single column of targets is taken as two classes, above 1/2 and not.
    @param data any set, not changed  @param fraction of each class in head  @param[in,out] rng advanced
    @param[out] head a copy  @param[out] tail a copy of the others; both to be destroyed
    @param[out] error may be NULL  @return as wi_data_split(), or WI_ERR_MEMORY */
WI_API wi_status wi_data_split_classes(const wi_data *data, double fraction, wi_rng *rng, wi_data *head,
                                       wi_data *tail, wi_error *error);

/** Copy samples out of a set: a batch of a training loop of your own.
    @param data any set  @param index [count], samples from 0  @param count how many
    @param[out] x [count][features], your memory, any steps  @param[out] y [count][outputs], likewise
    @return WI_OK; WI_ERR_ARG for NULL, an index beyond the last sample or views whose elements coincide;
           WI_ERR_SHAPE if x, y and data do not have `count` rows and the same columns. There is no sentence:
           nothing here can hold one */
WI_API wi_status wi_data_gather(const wi_data *data, const size_t *index, size_t count, wi_mat x, wi_mat y);

/** Free what a set owns and zero it. @param data may be NULL, zeroed, a view, or destroyed before */
WI_API void wi_data_destroy(wi_data *data);
/** What standardising needs to know: measured on the training data, applied to all other data too. */
typedef struct wi_scaler {
    wi_real *mean;   /**< [count]; owned */
    wi_real *std;    /**< [count]; 1 for a feature that never changes; part of the same block */
    size_t count;    /**< features */
    wi_error error;  /**< of the latest fit */
} wi_scaler;

/** Measure mean and standard deviation of every feature (Welford's method, in double).
    @param[out] scaler destroyed by wi_scaler_destroy()  @param x [samples][features], any steps
    @return WI_OK; WI_ERR_ARG for NULL; WI_ERR_SHAPE for a zero size; WI_ERR_NUMERIC if x holds NaN or
           infinity, naming the place; WI_ERR_MEMORY */
WI_API wi_status wi_scaler_fit(wi_scaler *scaler, wi_mat x);

/** The same, but with one mean and one deviation for all features, so that all entries are alike: for images,
    where a pixel that is hardly ever set would else be blown up to hundreds of deviations. */
WI_API wi_status wi_scaler_fit_all(wi_scaler *scaler, wi_mat x);

/** Standardise in place: \f$x \leftarrow (x - \mathrm{mean}) / \mathrm{std}\f$ for each feature, which gives
    mean 0 and variance 1 on the data measured: what every variance in section 7 assumes of a network's
    inputs.
    @param scaler from wi_scaler_fit()  @param[in,out] x [samples][scaler->count], any steps
    @return WI_OK; WI_ERR_ARG for NULL, a scaler without a fit or an x whose elements coincide; WI_ERR_SHAPE
           if x has no rows or another number of features; WI_ERR_NUMERIC, and nothing is changed, if a
           finite x would become infinite. There is no sentence, since the scaler is only read */
WI_API wi_status wi_scaler_apply(const wi_scaler *scaler, wi_mat x);

/** Free what a scaler owns and zero it. @param scaler may be NULL, zeroed, or destroyed before */
WI_API void wi_scaler_destroy(wi_scaler *scaler);
/** A set made ready for training. */
typedef struct wi_prepared {
    wi_data train, test;  /**< each owns its numbers */
    wi_scaler x, y;       /**< fitted to train alone; y.count is 0 where the targets are all 0 or 1 */
} wi_prepared;

/** Split by class and standardise by the training part alone; targets that are not all 0 or 1 too, so that
    errors are in deviations: wi_score.mae times out->y.std[0] is in the target's own units.
    @param[out] out destroyed by wi_prepared_destroy()  @param data any set, not changed
    @param test the fraction to set apart, say 0.2; 0 leaves out->test empty  @param seed of the order
    @param[out] error may be NULL  @return as wi_data_split_classes() and wi_scaler_fit() */
WI_API wi_status wi_data_prepare(wi_prepared *out, const wi_data *data, double test, uint64_t seed,
                                 wi_error *error);
#ifndef WINIT_NO_STDIO
/** What the last column of a table is. */
typedef enum wi_target { WI_TARGET_CLASS, WI_TARGET_VALUE } wi_target;
/** Load a CSV file whose last column is the target, a class (by name or number) or a value, and prepare it as
    wi_data_prepare() does: the one call from a file to training. */
WI_API wi_status wi_data_prepare_csv(wi_prepared *out, const char *path, wi_target target, double test,
                                     uint64_t seed, wi_error *error);
#endif
/** Free what it owns and zero it. @param prepared may be NULL, zeroed, or destroyed before */
WI_API void wi_prepared_destroy(wi_prepared *prepared);

#endif /* WINIT_NO_DATA */

#ifndef WI_IMPL_NO_TRAIN
/* ==== 12. Training >>train ================================================
   One step of training takes a few samples, asks how the loss changes with each parameter, and moves all
   parameters a little downhill:

       y    = forward(x)            dy = gradient of the loss in y
       g    = backward(dy)          w  = optimiser(w, g)

   In this order: targets are smoothed; the loss is the mean of the rows, each weighing as its class does
   (by softmax, each class of a smoothed target as itself); on_gradient; clip_value; clip_norm; L2
   (weight_decay), decoupled decay and the update. That is PyTorch's order, where clipping stands between
   backward() and an optimiser that adds L2 itself. A frozen layer's gradient is 0 and counts for nothing.

   wi_train() does this for a number of epochs: passes over all samples, each in a new order that depends on
   the seed and the epoch alone; a second call begins again at the first. A wi_trainer is the same loop
   opened up: run some steps, look, save, go on. */

/** How well a network does on some data. What a loss gives no meaning to is NaN. */
typedef struct wi_score {
    double loss;      /**< mean over the samples */
    double accuracy;  /**< fraction whose class is right: the largest output, or the side of 0 (logit) or 1/2
                           of a single one; a row with a NaN is not. NaN for the half squared loss unless all
                           targets are -1, 0 or 1 */
    double r2;        /**< half squared loss: 1 - sum of squared errors / sum of squared deviations of the
                           targets from their means, over all outputs; 1 is perfect, 0 as good as the mean */
    double mae;       /**< half squared loss: mean absolute error, in the units of data->y; where
                           wi_data_prepare() or wi_train_mend() scaled those, their y.std[0] times as much */
} wi_score;

/** Where a training run is; what report functions see. */
typedef struct wi_progress {
    size_t step, steps;     /**< steps done, steps planned */
    size_t epoch, epochs;   /**< the epoch the latest step belonged to, from 0; epochs planned */
    double loss;            /**< mean over the steps since the last report; NaN before the first step */
    double grad_norm;       /**< Euclidean norm of all gradients at the latest step, before clipping; NaN but
                                 at a report, at the end of wi_trainer_run() and with clip_norm */
    double rate;            /**< learning rate of the latest step */
    double seconds;         /**< since the run began */
    double seconds_left;    /**< estimate */
    wi_score valid;         /**< on desc.valid, if there is one, at the last report; else zeros */
    wi_net *net;            /**< what is trained */
    struct wi_trainer *trainer;  /**< the run itself; NULL in what wi_train() hands back */
} wi_progress;

/** How the learning rate changes. Warm-up comes before either. */
typedef enum wi_schedule {
    WI_SCHEDULE_STEP,    /**< times rate_decay after every decay_every epochs; constant if rate_decay is 0 */
    WI_SCHEDULE_COSINE   /**< (1 + cos(pi t)) / 2 of the rate, t going from 0 to 1 over the run */
} wi_schedule;

/** Describe a training run; zero means the documented default, or off. */
typedef struct wi_train_desc {
    wi_loss loss;              /**< what to make small; 0: half squared */
    wi_opt_desc opt;           /**< how; 0: plain SGD at rate 0.01 */
    size_t epochs, steps;      /**< the run ends at whichever comes first; both 0: 10 epochs */
    size_t batch;              /**< samples a step; 0: 32, or fewer where the network or the data hold fewer.
                                    An epoch's last batch may be smaller; a lone last sample is left out where
                                    a batch norm could not be trained on it */
    uint64_t seed;             /**< of the order of samples and of all noise */
    double clip_norm;          /**< scale the gradient down to this Euclidean norm */
    double weight_decay;       /**< L2: this times w joins its clipped gradient; biases, norms are spared */
    double weight_noise;       /**< std of normal noise on the weights while a step's gradient is computed */
    double input_noise;        /**< std of normal noise on the inputs of each step */
    double rate_decay;         /**< see wi_schedule, in (0, 1] */
    size_t patience;           /**< so many reports with no better valid loss end it, with the best weights */
    size_t every;              /**< steps between two reports; 0: an epoch */
    const wi_data *valid;      /**< measured at every report; that of step 0 does not count for patience */
    int (*on_report)(const wi_progress *progress, void *user);
                               /**< called before the first step (step 0) and at every report; must return 0:
                                    anything else stops the run with WI_ERR_STOPPED */
    void *user;                /**< handed to on_report and on_gradient */
    double clip_value;         /**< clamp each gradient to +- this, before clip_norm */
    double label_smoothing;    /**< s in [0, 1): targets become (1 - s) t + s / outputs (one output: s / 2) */
    const double *class_weights;  /**< [outputs], 2 or more, > 0: samples' weights by class; NULL: alike */
    wi_schedule schedule;      /**< 0: WI_SCHEDULE_STEP */
    size_t decay_every;        /**< 0: 1 */
    size_t warmup_steps;       /**< the rate grows linearly from 0 over this many steps */
    int (*on_gradient)(wi_net *net, const wi_progress *progress, void *user);
                               /**< called when net->grads is complete, before clipping, decay and the update,
                                    which use what it leaves there: an MPI_Allreduce, noise, a log. Non-zero
                                    stops with WI_ERR_STOPPED, the parameters as they were: going on takes
                                    that step again, by the same chance; batch norms have seen its samples */
} wi_train_desc;

/** Train a network.
    @param net a network; on failure its weights are those of the latest step
    @param data x [n][inputs], y [n][outputs]
    @param desc how @param[out] last may be NULL; the final progress, also where the run was stopped
    @param[out] error may be NULL
    @return WI_OK, WI_ERR_ARG, WI_ERR_SHAPE, WI_ERR_MEMORY, WI_ERR_STOPPED, or WI_ERR_NUMERIC where the loss
            becomes NaN or infinite: "step 12: the loss is nan; layer 2 (dense) is the first with a value
            that is not finite", or "...; row 7, column 3 of the targets is nan", counting from 1 */
WI_API wi_status wi_train(wi_net *net, const wi_data *data, const wi_train_desc *desc, wi_progress *last,
                          wi_error *error);
/** Measure a network on some data, in mode WI_EVAL.
    @param net a network  @param data x [n][inputs], y [n][outputs]  @param loss which
    @param[out] score untouched on failure  @return WI_OK, WI_ERR_ARG or WI_ERR_SHAPE; net->error says why */
WI_API wi_status wi_evaluate(wi_net *net, const wi_data *data, wi_loss loss, wi_score *score);
/** Give a deep network a start by stacked autoencoders (Bengio et al. 2007): each dense layer but the last
    learns, from the first to the last, to let its own input be rebuilt from its output by the transposed
    weights and a bias. With desc->input_noise the autoencoders are denoising ones (Vincent et al. 2008).
    Frozen layers stay as they are.
    @param net a network; only its dense layers' weights and biases change @param data its y is not used
    @param desc the run for each layer; the loss is always the half squared one of the inputs rebuilt. valid,
           patience, class_weights, label_smoothing and on_gradient do not belong to it and are ignored
    @param[out] error may be NULL @return as wi_train() */
WI_API wi_status wi_pretrain(wi_net *net, const wi_data *data, const wi_train_desc *desc, wi_error *error);

/** A training run that can be paused: the loop of wi_train(), opened up. The fields are yours to read. */
typedef struct wi_trainer {
    wi_net *net;               /**< not owned */
    const wi_data *data;       /**< not owned */
    wi_train_desc desc;        /**< with defaults filled in; its pointers must stay valid */
    wi_opt opt;                /**< the optimiser's state; between steps opt.desc.rate may be changed, which
                                    schedule and warm-up multiply (a checkpoint does not hold it) */
    wi_progress progress;      /**< as of the latest step */
    size_t steps_per_epoch;    /**< batches that hold all samples once */
    double loss_sum;           /**< of the steps since the last report */
    size_t loss_count;         /**< how many those are */
    double best_loss;          /**< the best valid loss so far, for desc.patience */
    size_t waited;             /**< reports since then */
    int stopped;               /**< early stopping has ended the run */
    size_t *order;             /**< [samples], the order of this epoch */
    size_t order_epoch;        /**< the epoch it is for, plus 1 */
    wi_real *x, *y;            /**< [batch][inputs], [batch][outputs]: the samples of a step */
    wi_real *kept;             /**< [param_count] weights without noise, if desc.weight_noise */
    wi_real *best;             /**< [param_count + state_count], if desc.patience */
    void *owned;               /**< what wi_trainer_destroy() frees */
} wi_trainer;
/** Prepare a run; allocates all it will ever need.
    @param[out] trainer untouched on failure @param net not owned @param data not owned
    @param desc as for wi_train() @param[out] error may be NULL @return as wi_train() */
WI_API wi_status wi_trainer_create(wi_trainer *trainer, wi_net *net, const wi_data *data,
                                   const wi_train_desc *desc, wi_error *error);
/** Go on for some steps.
    @param trainer a run @param steps at most so many; 0: to the end @param[out] error may be NULL
    @return WI_OK, also when there is nothing left to do; WI_ERR_STOPPED; WI_ERR_NUMERIC */
WI_API wi_status wi_trainer_run(wi_trainer *trainer, size_t steps, wi_error *error);
/** Free what a run holds; the network stays. @param trainer may be NULL, all zero, or destroyed already */
WI_API void wi_trainer_destroy(wi_trainer *trainer);

/** For a loop of one's own: the learning rate of a step by warm-up and schedule.
    @param desc its opt.rate (here 0 is 0), schedule, rate_decay, decay_every and warmup_steps count
    @param step from 0 @param steps in all @param steps_per_epoch > 0
    @return the rate; NaN for NULL or 0 steps */
WI_API double wi_train_rate(const wi_train_desc *desc, size_t step, size_t steps, size_t steps_per_epoch);
/** The Euclidean norm of all gradients but those of frozen layers. It is not finite if one of them is not.
    @param net a network @return the norm; NaN for NULL or a network without gradients */
WI_API double wi_net_grad_norm(const wi_net *net);
/** Scale all gradients down to a norm, as clip_norm does, to the bit. @param net a network
    @param most the norm, > 0
    @return the norm before; if it is not finite, nothing was scaled, and no update should follow */
WI_API double wi_net_clip_grads(wi_net *net, double most);

#endif /* WI_IMPL_NO_TRAIN */

#ifndef WINIT_NO_PROBE
/* ==== 13. Diagnosis >>probe ===============================================
   Will it train? One pass of one batch, forward and backward, shows most of what can be wrong before the
   first step: signals that die out or blow up, units that are saturated, dead, or copies of one another,
   inputs that the network can no longer tell apart. wi_net_probe() measures a network and wi_diagnose() puts
   what it found into a sentence.

   But whether training works depends on the whole plan. wi_train_check() is asked with the arguments of
   wi_train(): it looks at network, data, targets, loss, optimiser and budget, tries some steps if it may, and
   says how likely it is to work, and at which rate. wi_train_mend() does what that advises. Layers count from
   1 in every sentence. */

/* One list makes the enum, the names and the advice. The order is that of precedence. */
#define WI_VERDICT_LIST(X)                                                                                  \
    X(HEALTHY,        "healthy",        "nothing has to change before training")                            \
    X(HARD,           "hard",           "the task is too hard for this network in so few steps: take more " \
                                        "steps, a wider network, or another optimiser, wi_adam(0.001) say") \
    X(NOISY,          "noisy",          "an output depends more on chance than on the input: less "         \
                                        "wi_layer_dropout(), larger batches, or fewer layers with "         \
                                        "wi_layer_batch_norm()")                                            \
    X(UNSCALED_INPUT, "unscaled_input", "bring the inputs to mean 0, std 1: wi_scaler_fit() and "           \
                                        "wi_scaler_apply()")                                                \
    X(CORRELATED,     "correlated",     "all inputs become alike on the way: use wi_orthogonal() with the " \
                                        "critical gain of wi_critical(), batch norm, skips, or fewer layers")\
    X(VANISHING,      "vanishing",      "signals or gradients die out: wi_remedy() gives larger weights")   \
    X(EXPLODING,      "exploding",      "signals or gradients blow up: wi_remedy() gives smaller weights")  \
    X(DEAD,           "dead",           "most units pass no gradient for any input: lower the weights, "    \
                                        "take wi_zeros() or a positive constant as bias, or "               \
                                        "wi_leaky_relu(0.1)")                                               \
    X(SATURATED,      "saturated",      "most units sit where the activation is flat: lower the weights to "\
                                        "wi_xavier_normal(), or scale the inputs down")                     \
    X(SYMMETRIC,      "symmetric",      "hidden units are copies of each other and will stay so: draw the " \
                                        "weights at random, wi_remedy() says how")                          \
    X(TARGETS,        "targets",        "targets, loss and last layer do not fit: wi_linear() before a "    \
                                        "cross-entropy, rows that sum to 1, and values of size 1 by "       \
                                        "wi_scaler_fit() on data.y")                                        \
    X(NONFINITE,      "nonfinite",      "a value is NaN or infinite: look at the inputs, then at the "      \
                                        "weights' size")

/** What is wrong with a layer or a network; the greater value takes precedence. */
typedef enum wi_verdict {
#define WI_VERDICT_ENUM(id, name, advice) WI_VERDICT_##id,
    WI_VERDICT_LIST(WI_VERDICT_ENUM)
#undef WI_VERDICT_ENUM
    WI_VERDICT_COUNT
} wi_verdict;

/** Name a verdict, "vanishing". @param verdict any value @return a constant string */
WI_API const char *wi_verdict_name(wi_verdict verdict);
/** Say what to do about a verdict, naming the calls. @param verdict any value @return a constant string */
WI_API const char *wi_verdict_advice(wi_verdict verdict);
/** What one batch shows of one layer.
    "Units" are a convolution's filters, and features or channels elsewhere. */
typedef struct wi_probe {
    wi_layer_kind kind;        /**< the layer's */
    wi_act act;                /**< the layer's activation */
    wi_recipe recipe;          /**< its weights' */
    int has_weights;           /**< 1 for dense and convolution layers */
    int branch;                /**< 1 if a skip leads around it */
    wi_stats in;               /**< the signal that the layer reads */
    wi_stats w, pre, post;     /**< weights, pre-activations, outputs */
    wi_stats dpre, dpost, dw;  /**< the loss's gradients in those; all zero without a target */
    wi_histogram w_bins, pre_bins, post_bins, dpre_bins, dw_bins;  /**< from the least to the greatest */
    double predicted_std;      /**< rms of pre by theory, from the input's rms and the weights' variance */
    double predicted_slope;    /**< rms of dpre by theory, from that of the last layer (1 without a target) */
    double saturated;          /**< fraction of pre where the slope |f'| is under 5 % of its greatest */
    double dead;               /**< fraction of units with a slope under 1 % of its greatest on all samples */
    double correlation;        /**< mean cosine between the pre of two samples; 0 for a single sample */
    double in_correlation;     /**< the same of the signal that the layer reads */
    double update_ratio;       /**< rms of dw over rms of w: times a rate, the relative change by a step */
    double speed;              /**< in.rms^2 fan_in (1 - in_correlation) |dpre|^2 / |dpre of the last
                                    layer|^2: how far a step of this layer's weights moves the outputs of
                                    different samples apart, per unit of learning rate; the layer's share of
                                    the neural tangent kernel (Jacot et al. 2018) */
    size_t samples;            /**< of the batch */
    size_t units;              /**< how many units there are */
    size_t distinct_units;     /**< how many differ in weights or dpre by more than rounding: no copies */
    double singular_max, singular_min;  /**< of the weights, [units][rest], by wi_net_spectra(); 0 before */
    double first_loss;         /**< of the batch, the same in every layer; NaN without a target */
    double trivial_loss;       /**< what the best constant pays on the batch; NaN without a target */
    double target_rms;         /**< of the targets of a half squared loss; else 0 */
    int trained;               /**< 1 if the network has learned: first_loss is under half of trivial_loss,
                                    and not by luck: its recipes and seed would give other weights */
    wi_verdict verdict;        /**< of this layer alone */
} wi_probe;

/** Measure every layer of a network on a batch, forward in mode WI_TRAIN and backward, and judge it.
    Parameters, gradients, running statistics and the state of dropout are afterwards as they were; only the
    layers' signals (pre, post and their gradients) are new. So it may be called from wi_train_desc.on_report:
    training goes on with the same bits. But not at every step: it takes 2.5 times a forward and backward pass
    of 784-512-512-10 on 256 samples, 10 times one of 2-16-10 on 32 (theory some 20 microseconds a layer);
    moments alone take 2 and 4 times: see wi_net_probe_parts().
    @param net a network @param x [samples][inputs], rows any step apart; those past max_batch are not used,
           since layers keep no more signals: wi_probe.samples, and a report, say how many were
    @param target [samples][outputs]; all zero (no data) to look forward only
    @param loss the loss whose gradients are sent back @param[out] per_layer [layer_count]
    @return WI_OK, also if values are not finite (the verdict says so); WI_ERR_ARG, WI_ERR_SHAPE or
           WI_ERR_MEMORY */
WI_API wi_status wi_net_probe(wi_net *net, wi_mat x, wi_mat target, wi_loss loss, wi_probe *per_layer);

/** What a probe measures beside moments, losses and the update ratio; combined by |. */
typedef enum wi_probe_part {
    WI_PROBE_MOMENTS = 0,     /**< no more than those */
    WI_PROBE_HISTOGRAMS = 1,  /**< w_bins to dw_bins; empty without */
    WI_PROBE_FLAT = 2,        /**< saturated, dead; NaN without */
    WI_PROBE_ALIKE = 4,       /**< correlation, in_correlation; NaN without, and `speed` takes it as 0 */
    WI_PROBE_COPIES = 8,      /**< distinct_units; `units` without */
    WI_PROBE_THEORY = 16,     /**< predicted_std, predicted_slope; NaN without. Without a target they are
                                   always there, since they stand for its gradients */
    WI_PROBE_ALL = 31         /**< what wi_net_probe() measures */
} wi_probe_part;

/** Measure as wi_net_probe() does, but only what is wanted, at every step of a run say. Verdicts go by what
    is there: without WI_PROBE_COPIES no layer is found symmetric.
    @param net a network @param x [samples][inputs] @param target [samples][outputs] @param loss which
    @param parts of wi_probe_part @param[out] per_layer [layer_count]
    @return as wi_net_probe(); WI_ERR_ARG for other bits */
WI_API wi_status wi_net_probe_parts(wi_net *net, wi_mat x, wi_mat target, wi_loss loss, unsigned parts,
                                    wi_probe *per_layer);

/** Judge the network by its layers.
    @param per_layer [count], from wi_net_probe() @param count number of layers
    @return the verdict that takes precedence; WI_VERDICT_HEALTHY for none */
WI_API wi_verdict wi_probe_verdict(const wi_probe *per_layer, size_t count);

/** A verdict with its reasons. */
typedef struct wi_diagnosis {
    wi_verdict verdict;  /**< the worst that was found */
    int trains;          /**< forecast: 1 if it should train; 0 with every finding */
    int trained;         /**< 1 if it has learned already (wi_probe.trained): then only what is dead, copied
                              or not finite counts */
    size_t layer;        /**< index, from 0, of the layer where it starts, for gradients coming from the
                              output */
    char evidence[240];  /**< "layer 3 of 8: gradients shrink 0.41x a layer on the way back, ..." */
    char remedy[240];    /**< "use wi_he_normal() in place of ...", or wi_verdict_advice() */
} wi_diagnosis;

/** Put a diagnosis into words. @param per_layer [count], from wi_net_probe() @param count number of layers
    @return verdict, the layer where it starts, evidence with numbers, and what to do; without layers (NULL or
            0) healthy, since nothing was found, but trains is 0 and the evidence says so */
WI_API wi_diagnosis wi_diagnose(const wi_probe *per_layer, size_t count);

/** Add what is costly to a probe: the singular values of all weights, and of the Jacobian at one sample.
    @param net a network, probed; its signals are new afterwards @param x [samples][inputs]; the first is used
    @param[in,out] per_layer [layer_count], from wi_net_probe(): singular_max and singular_min are filled in
    @param[out] jacobian [smaller of inputs and outputs] singular values, descending; may be NULL
    @return WI_OK, WI_ERR_ARG, WI_ERR_SHAPE, WI_ERR_MEMORY, or WI_ERR_NUMERIC if a weight is not finite */
WI_API wi_status wi_net_spectra(wi_net *net, wi_mat x, wi_probe *per_layer, double *jacobian);

#ifndef WINIT_NO_STDIO
/** Write a diagnosis as a table for a person to read: a line for each layer with a sparkline of its
    pre-activations, then the losses, the forecast, the evidence and the remedy; 80 columns are enough.
    @param out where to, stdout say @param per_layer [count], from wi_net_probe() @param count of layers
    @param unicode 1: the sparkline may use U+2581 to U+2588 in UTF-8; 0: ASCII
    @return WI_OK, WI_ERR_ARG, or WI_ERR_IO if it could not be written */
WI_API wi_status wi_report(FILE *out, const wi_probe *per_layer, size_t count, int unicode);
/** Write all that a probe saw as one JSON object, for a program to read; what is not finite is null.
    @param out where to @param per_layer [count], from wi_net_probe() @param count number of layers
    @return WI_OK, WI_ERR_ARG, or WI_ERR_IO if it could not be written */
WI_API wi_status wi_report_json(FILE *out, const wi_probe *per_layer, size_t count);
#endif

/** Choose recipes that should train where those of a network do not.
    Layers of a healthy network keep their own, and so does all behind inputs that are merely unscaled or
    targets that do not fit. The others get: wi_recipe_for() where layers narrow and widen, the
    self-normalising wi_lecun_normal() for SELU, zeros for what closes the branch of a skip, else orthogonal
    weights of the critical gain with the bias that goes with it (none but for GELU and its kin). Apply them
    by setting desc.weights and desc.bias of each layer and calling wi_net_init().
    @param net a network @param per_layer [layer_count], from wi_net_probe()
    @param[out] weights [layer_count]; of layers without weights, as they are @param[out] bias [layer_count]
    @return WI_OK or WI_ERR_ARG */
WI_API wi_status wi_remedy(const wi_net *net, const wi_probe *per_layer, wi_recipe *weights, wi_recipe *bias);

/** Compute the input-output Jacobian at one sample, in mode WI_EVAL; its singular values, by
    wi_mat_svd_values(), tell how evenly directions pass (all near 1: dynamical isometry, Pennington 2017).
    @param net a network; its signals are new afterwards, parameters and gradients as they were
    @param x [1][inputs] @param[out] jacobian your memory, [outputs][inputs], columns one step apart
    @return WI_OK, WI_ERR_ARG, WI_ERR_SHAPE or WI_ERR_MEMORY */
WI_API wi_status wi_net_jacobian(wi_net *net, wi_mat x, wi_mat jacobian);

#ifndef WI_IMPL_NO_TRAIN
/** Would wi_train() work? */
typedef struct wi_check {
    int    trains;              /**< 1 if the loss (mean of 25 steps) should fall under half of trivial_loss
                                     within the plan's steps, at `rate`; diagnosis.remedy names a new one */
    double probability;         /**< of that: of 100 networks with 0.9 some 90 train */
    double rate;                /**< the learning rate to use with the plan's optimiser; 0 if none serves */
    double first_loss;          /**< of the data as it is, before any step; this and the next are NaN for data
                                     with a cell that is refused, or equal rows */
    double trivial_loss;        /**< of the best constant: the labels' entropy, half the targets' variance;
                                     NaN for targets that the loss does not take */
    double reached_loss;        /**< the best smoothed loss of the trial; NaN where no run got to 25 steps */
    size_t trial_steps;         /**< steps that the trial took in all */
    wi_diagnosis diagnosis;     /**< agrees with `trains`; here of data, targets, loss and budget as well */
} wi_check;

/** Would wi_train(net, data, desc) work? All is done on a copy: network and data stay as they are, to the
    bit. Looking alone costs 5 to 8 percent of a training that stops when it has succeeded, 16 where the plan
    has 300 steps or fewer: it goes the first four steps, at up to four rates, and at one of them up to 128 as
    long as the answer is open. Takes 12 KB of stack beside those of a training.
    @param net a network, fresh or trained, of any layers @param data x [n][inputs], y [n][outputs]
    @param desc the plan; opt.rate 0 means that the rate is to be chosen
    @param trial_steps 0: only look. Else try up to so many steps in all, at several rates
    @param[out] out untouched on failure @param[out] error may be NULL
    @return WI_OK, also where the answer is no; what wi_train() says of arguments that do not fit;
            WI_ERR_MEMORY */
WI_API wi_status wi_train_check(wi_net *net, const wi_data *data, const wi_train_desc *desc,
                                size_t trial_steps, wi_check *out, wi_error *error);

/** What wi_train_mend() did; freed by wi_mended_destroy(). */
typedef struct wi_mended {
    wi_scaler x, y;             /**< how data->x and data->y were scaled; count 0: not at all */
    char done[480];             /**< in words; "" if nothing; "nothing: row 4, column 2 of the data ..." */
} wi_mended;
/** Do what a check advises, and nothing where nothing is wrong: draw weights and biases anew (but those of
    frozen layers that did not come from their recipes and the seed) by whatever serves this network best
    (recipes, a residual scheme, LSUV, wi_net_init_batch(): each is looked at as wi_train_check() would),
    standardise the inputs and, for a half squared loss, the targets in place, set desc->opt.rate and
    desc->clip_norm.
    @param net a network @param[in,out] data scaled in place @param[in,out] desc the plan
    @param check from wi_train_check() with these @param[out] error may be NULL
    @param[out] out the scalers, to treat test data alike and to turn predictions back (y std + mean)
    @return as wi_train_check(); WI_ERR_ARG also for data to be scaled that wi_data_shuffle() would not take,
            or whose targets, probabilities, lie in x; on failure all is as it was */
WI_API wi_status wi_train_mend(wi_net *net, wi_data *data, wi_train_desc *desc, const wi_check *check,
                               wi_mended *out, wi_error *error);
/** Free what a wi_mended holds and zero it. @param mended may be NULL, zeroed, or destroyed before */
WI_API void wi_mended_destroy(wi_mended *mended);
#endif
#endif /* WINIT_NO_PROBE */

#ifndef WINIT_NO_SAVE
/* ==== 14. Files >>save ====================================================
   Everything is saved as safetensors, a format of three parts:

       8 bytes   the length of the header, least significant byte first
       header    JSON: {"0.weight": {"dtype": "F32", "shape": [256, 784],
                 "data_offsets": [0, 802816]}, "0.bias": ...}
       data      the numbers, least significant byte first

   The tensors of a network have the names and layouts that torch.nn.Sequential would give them: "K.weight",
   "K.bias", and for batch norm "K.running_mean", "K.running_var" and "K.num_batches_tracked", where K counts
   every module. A layer's activation is a module of its own, and so is the nn.Flatten that stands before the
   first dense layer behind an image:

       wi_layer_conv2d(8, 5, wi_relu())    0: Conv2d(1, 8, 5)    1: ReLU()
       wi_layer_max_pool(2)                2: MaxPool2d(2)
       wi_layer_dense(10, wi_linear())     3: Flatten()          4: Linear(1152, 10)

   A tied layer saves only its bias. Sequential has no skip, scale or shift; they count as a module each. The
   header's "__metadata__" says in words what the layers are and how they were drawn ("layers": "conv2d 8
   kernel 5 relu; weights he_normal; bias zeros | max_pool kernel 2 | ..."), and for a model all else that
   predicting takes: "loss", "x.mean", "x.std", "y.mean", "y.std" and "classes", names with a zero (\u0000)
   behind each. PyTorch reads the tensors and passes over the words. */

/** Write a network to memory: parameters and running statistics, F32 or in the double build F64.
    @param net any network  @param[out] buffer capacity bytes, or NULL to learn the size only
    @param capacity bytes there are  @param[out] size bytes written, or needed where buffer is NULL
    @return WI_OK; WI_ERR_ARG for NULL; WI_ERR_SHAPE if capacity is too small */
WI_API wi_status wi_net_write(const wi_net *net, void *buffer, size_t capacity, size_t *size);

/** Read what wi_net_write() or PyTorch wrote into a network of the same layers. Every tensor must be there
    with its shape, as F64, F32, F16 or BF16, and nothing else; where the file says what its layers and
    activations are, they must be the network's. All is checked before the first number changes, and nothing
    is allocated.
    @param[in,out] net untouched on failure  @param buffer a safetensors file  @param size its bytes
    @param[out] error may be NULL; names the byte, the tensor or the layer
    @return WI_OK; WI_ERR_ARG for NULL; WI_ERR_FORMAT if it is no sound safetensors file; WI_ERR_SHAPE if its
           tensors or layers are not those of the network; WI_ERR_NUMERIC for an F64 too large for wi_real */
WI_API wi_status wi_net_read(wi_net *net, const void *buffer, size_t size, wi_error *error);

/** Write an optimiser's state to memory, for a training loop of one's own; as wi_net_write(). */
WI_API wi_status wi_opt_write(const wi_opt *opt, void *buffer, size_t capacity, size_t *size);
/** Read an optimiser's state into one of the same kind and size; as wi_net_read(). */
WI_API wi_status wi_opt_read(wi_opt *opt, const void *buffer, size_t size, wi_error *error);
/** Write a matrix to memory in NumPy's npy format, for numpy.load(); as wi_net_write(). WI_ERR_SHAPE also for
    a matrix that is empty or too large. */
WI_API wi_status wi_mat_write_npy(wi_mat m, void *buffer, size_t capacity, size_t *size);

#ifndef WINIT_NO_STDIO
/** Save a network to a file; see wi_net_write(). The file is written beside its place, under a name of its
    own, flushed to the disk, and then replaces an older file in one step, keeping its permissions: whatever
    fails, the older file stays as it was. A process that is killed meanwhile leaves winit0.part (or 1, 2 ...)
    there, to be deleted. Symbolic links are followed; a device or a pipe is written to directly.
    @param net any network  @param path the file, on Windows in UTF-8  @param[out] error may be NULL
    @return WI_OK; WI_ERR_ARG for NULL; WI_ERR_IO with the system's reason; WI_ERR_MEMORY */
WI_API wi_status wi_net_save(const wi_net *net, const char *path, wi_error *error);

/** Load a network from a file; see wi_net_read().
    @param[in,out] net untouched on failure  @param path the file
    @param[out] error may be NULL  @return as wi_net_read(), or WI_ERR_IO, WI_ERR_MEMORY */
WI_API wi_status wi_net_load(wi_net *net, const char *path, wi_error *error);

/** Save an optimiser's state to a file; as wi_opt_write() and wi_net_save(). */
WI_API wi_status wi_opt_save(const wi_opt *opt, const char *path, wi_error *error);
/** Load an optimiser's state from a file; as wi_opt_read() and wi_net_load(). */
WI_API wi_status wi_opt_load(wi_opt *opt, const char *path, wi_error *error);
/** Save a matrix for numpy.load(); as wi_mat_write_npy() and wi_net_save(). */
WI_API wi_status wi_mat_save_npy(wi_mat m, const char *path, wi_error *error);
#endif

#ifndef WI_IMPL_NO_TRAIN
/** Write a checkpoint of a training run to memory: its network, the optimiser's state, the best weights so
    far, and where it is; but not the seconds it took, so that equal runs give equal bytes. Otherwise as
    wi_net_write(). */
WI_API wi_status wi_trainer_write(const wi_trainer *trainer, void *buffer, size_t capacity, size_t *size);

/** Put a run, created with the same layers, data and description, where a checkpoint was taken; from there it
    goes on to the same weights, to the last bit. As wi_net_read(); WI_ERR_SHAPE also for a run with another
    seed, batch, number of samples or fewer steps. */
WI_API wi_status wi_trainer_read(wi_trainer *trainer, const void *buffer, size_t size, wi_error *error);

/** What one ships: a trained network and all that it takes to use it on raw data, in one file. Fill the
    fields with what you have (a network may be moved: copy it and do not destroy the original); then save. */
typedef struct wi_model {
    wi_net     net;          /**< the network */
    wi_loss    loss;         /**< says what its outputs mean */
    wi_scaler  x, y;         /**< what standardised the inputs and the targets; count 0: nothing did */
    char     **classes;      /**< [class_count] names in UTF-8, or NULL */
    size_t     class_count;  /**< 0, or one an output; 2 for the no and yes of a single output */
    void      *owned;        /**< the names' memory where wi_model_read() made it; NULL: they are yours */
} wi_model;

/** Make a model of a trained network. The class names are copied; raw inputs are what the network has trained
    on, until wi_model_scale() says what was done to them first.
    @param[out] model untouched on failure  @param[in,out] net moved: zero afterwards, and not to be destroyed
    @param loss that it was trained with  @param data whose class names it gets; may be NULL
    @param[out] error may be NULL  @return as wi_model_write(), or WI_ERR_MEMORY */
WI_API wi_status wi_model_make(wi_model *model, wi_net *net, wi_loss loss, const wi_data *data,
                               wi_error *error);

/** Say that data went through scalers before training: those of a wi_prepared, then those of a wi_mended. A
    model that has scalers already goes on through these. Both are moved: zero afterwards, and may be
    destroyed.
    @param[in,out] model untouched on failure  @param[in,out] x of the inputs; NULL or count 0: none
    @param[in,out] y of the targets, likewise  @param[out] error may be NULL  @return as wi_model_write() */
WI_API wi_status wi_model_scale(wi_model *model, wi_scaler *x, wi_scaler *y, wi_error *error);

/** Write a model to memory. PyTorch still loads its tensors by the same names.
    @param model without activations of your own, for functions cannot be saved  @param[out] buffer as for
           wi_net_write()  @param capacity likewise  @param[out] size likewise
    @param[out] error may be NULL
    @return WI_OK; WI_ERR_ARG, also for class names that are not one an output (two for a single one that is
            no softmax) and for scalers that are not finite, have a deviation of 0, or scale the targets of a
            cross-entropy; WI_ERR_SHAPE if capacity is too small or a scaler does not fit the network */
WI_API wi_status wi_model_write(const wi_model *model, void *buffer, size_t capacity, size_t *size,
                                wi_error *error);

/** Make a model from memory alone: layers, activations, recipes, everything.
    @param[out] model untouched on failure  @param buffer from wi_model_write()  @param size its bytes
    @param[out] error may be NULL
    @return as wi_net_read(), or WI_ERR_MEMORY; what wi_model_write() refuses is WI_ERR_FORMAT */
WI_API wi_status wi_model_read(wi_model *model, const void *buffer, size_t size, wi_error *error);

/** Predict: raw inputs in; out come probabilities for the cross-entropies, else values in the targets' own
    units. A scaler of the targets belongs to the half squared loss; with a cross-entropy, it is WI_ERR_ARG.
    @param[in,out] model its network's signals change  @param x [rows][inputs], not changed
    @param[out] out [rows][outputs], a view of your memory, apart from x
    @return WI_OK, WI_ERR_ARG, WI_ERR_SHAPE, WI_ERR_MEMORY, or WI_ERR_NUMERIC for an input that the scaler
            makes too large, with a sentence in model->net.error */
WI_API wi_status wi_model_predict(wi_model *model, wi_mat x, wi_mat out);

/** Free the network, the scalers and the names that a model owns. @param model may be NULL, all zero, or
    destroyed already */
WI_API void wi_model_destroy(wi_model *model);

#ifndef WINIT_NO_STDIO
/** Save a checkpoint to a file; as wi_trainer_write() and wi_net_save(). */
WI_API wi_status wi_trainer_save(const wi_trainer *trainer, const char *path, wi_error *error);
/** Load a checkpoint from a file; as wi_trainer_read() and wi_net_load(). */
WI_API wi_status wi_trainer_load(wi_trainer *trainer, const char *path, wi_error *error);
/** Save a model to a file; as wi_model_write() and wi_net_save(). */
WI_API wi_status wi_model_save(const wi_model *model, const char *path, wi_error *error);
/** Load a model from a file; as wi_model_read() and wi_net_load(). */
WI_API wi_status wi_model_load(wi_model *model, const char *path, wi_error *error);
#endif
#endif /* WI_IMPL_NO_TRAIN */

/** The types of other people's numbers. */
typedef enum wi_dtype {
    WI_DTYPE_F64, WI_DTYPE_F32, WI_DTYPE_F16, WI_DTYPE_BF16, WI_DTYPE_I64, WI_DTYPE_I32, WI_DTYPE_I16,
    WI_DTYPE_I8, WI_DTYPE_U8, WI_DTYPE_BOOL,
    WI_DTYPE_OTHER   /**< known to the format, but not read here: 8-bit floats, wide unsigned, complex,
                          most significant byte first */
} wi_dtype;

/** A view of a tensor in a file. */
typedef struct wi_tensor {
    const char *name;        /**< UTF-8; of the one array of an npy file "" */
    wi_dtype dtype;          /**< of the bytes */
    size_t dims, shape[8];   /**< none for a scalar; the last dimension is the fastest */
    size_t count;            /**< numbers: the product of the shape */
    const void *bytes;       /**< as they lie in the file, least significant first, any alignment */
} wi_tensor;

/** The tensors of a file, in the order of their names. */
typedef struct wi_tensors {
    wi_tensor *items;        /**< [count] */
    size_t count;            /**< how many */
    void *owned;             /**< what wi_tensors_destroy() frees */
} wi_tensors;

/** Look into a file that anybody wrote, .safetensors or .npy, whatever names and types it holds. Overlaps,
    holes, names that stand there twice, headers over 100 MB and other lies are refused.
    @param[out] out untouched on failure  @param bytes used where they lie: keep them until the end
    @param size how many  @param[out] error may be NULL
    @return WI_OK; WI_ERR_ARG for NULL; WI_ERR_FORMAT; WI_ERR_MEMORY */
WI_API wi_status wi_tensors_parse(wi_tensors *out, const void *bytes, size_t size, wi_error *error);

#ifndef WINIT_NO_STDIO
/** The same with a file, which may be larger than memory: it is mapped where the system can, and must not be
    made shorter meanwhile. A path that ends in ".json" is taken as the index of a checkpoint in several files
    (model.safetensors.index.json), which stand beside it.
    @param[out] out untouched on failure  @param path the file  @param[out] error may be NULL
    @return as wi_tensors_parse(), or WI_ERR_IO */
WI_API wi_status wi_tensors_load(wi_tensors *out, const char *path, wi_error *error);
#endif

/** Find a tensor. @param tensors any  @param name its whole name  @return NULL if there is none */
WI_API const wi_tensor *wi_tensors_find(const wi_tensors *tensors, const char *name);

/** Convert a tensor's numbers, half types exactly. @param tensor not of WI_DTYPE_OTHER
    @param[out] out [count], untouched on failure  @return WI_OK; WI_ERR_ARG; WI_ERR_FORMAT for a type that is
           not read; WI_ERR_NUMERIC for an F64 too large for wi_real */
WI_API wi_status wi_tensor_get(const wi_tensor *tensor, wi_real *out);

/** Take a tensor as weights: [out][in], or of a convolution [out][in][w] or [out][in][h][w].
    @param tensor any
    @param[out] out for wi_check_fill(), wi_identify()
    @return WI_OK; WI_ERR_ARG; WI_ERR_SHAPE if it is neither */
WI_API wi_status wi_tensor_shape(const wi_tensor *tensor, wi_shape *out);

/** Free what a set of tensors owns. @param tensors may be NULL, all zero, or destroyed already */
WI_API void wi_tensors_destroy(wi_tensors *tensors);

/** Take a network's parameters from among the tensors of a larger file: those whose names begin with a prefix
    and go on as wi_net_write() would name them; all others are passed over.
    @param[in,out] net untouched on failure  @param tensors from wi_tensors_load()
    @param prefix "model.encoder.", say; NULL for none  @param[out] error may be NULL; names the tensor
    @return WI_OK; WI_ERR_ARG; WI_ERR_FORMAT; WI_ERR_SHAPE; WI_ERR_NUMERIC */
WI_API wi_status wi_net_take(wi_net *net, const wi_tensors *tensors, const char *prefix, wi_error *error);
#endif /* WINIT_NO_SAVE */

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* WINIT_H */

/* ############################################################################
   ##                           IMPLEMENTATION                               ##
   ############################################################################ */
#if (defined(WINIT_IMPLEMENTATION) || defined(WINIT_STATIC)) && !defined(WINIT_IMPLEMENTED)
#define WINIT_IMPLEMENTED

#if defined(WINIT_STATIC) && !defined(WI_IMPL_STATIC)
#error "winit.h: define WINIT_STATIC before this file includes winit.h for the first time"
#endif
#if defined(WINIT_MALLOC) != defined(WINIT_FREE)
#error "winit.h: define both WINIT_MALLOC and WINIT_FREE, or neither"
#endif
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(_M_FP_FAST) || \
    (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#ifndef WINIT_ALLOW_FAST_MATH
#error "winit.h: fast-math changes a seed's bytes and hides NaN: add -fno-fast-math or WINIT_ALLOW_FAST_MATH"
#endif
#endif
#ifndef WINIT_ALLOW_FAST_MATH /* no macro tells of this option of gcc, which changes a seed's bytes too */
typedef char wi_impl_not_with_fsingle_precision_constant[sizeof 1.0 == sizeof(double) ? 1 : -1];
#endif
#ifdef _MSC_VER
#pragma warning(push)
#pragma warning(disable : 4996) /* fopen() and strerror() are what the other systems have */
#endif
#ifdef __clang__ /* a loop that options or sanitizers keep from being unrolled is slower, and no more */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpass-failed"
#endif

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifndef WINIT_NO_STDIO
#include <errno.h>
#if defined(__unix__) || defined(__APPLE__) || defined(_WIN32)
#include <fcntl.h>
#include <sys/stat.h>
#ifdef _WIN32
#include <io.h>
#include <wchar.h>
#define WI_IMPL_SYS(name)  _##name   /* the calls of Unix are there under such names */
#define WI_IMPL_SEPARATORS "/\\:"
#else
#include <sys/mman.h>
#include <unistd.h>
#define WI_IMPL_UNIX 1
#define WI_IMPL_SYS(name) name
#endif
#endif
#ifndef WI_IMPL_SEPARATORS
#define WI_IMPL_SEPARATORS "/"
#endif
#endif

#ifndef WINIT_MALLOC
#define WINIT_MALLOC(size)  malloc(size)
#define WINIT_FREE(pointer) free(pointer)
#endif
#ifndef WINIT_ASSERT
#include <assert.h>
#define WINIT_ASSERT(ok) assert(ok)
#endif

/* Vector code is written once in the GCC/Clang vector extensions. Every function that uses vectors
   wider than the compiler's default stands under a target attribute, and is chosen at run time. */
#ifndef WINIT_SIMD_BITS
#define WINIT_SIMD_BITS 512
#endif
#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0
#define WI_IMPL_SIMD 0   /* an x87 computes with more bits than it stores: scalars and vectors would differ */
#define WI_IMPL_STORED volatile   /* on what has to lose them */
#elif !defined(WINIT_NO_SIMD) && !defined(__TINYC__) && SIZE_MAX > 0xFFFF && \
    (defined(__clang__) || (defined(__GNUC__) && __GNUC__ >= 9))
#define WI_IMPL_SIMD 1
#else
#define WI_IMPL_SIMD 0
#endif
#ifndef WI_IMPL_STORED
#define WI_IMPL_STORED
#endif
#if defined(_OPENMP) && WI_IMPL_SIMD
#include <omp.h>
#define WI_IMPL_OPENMP 1
#endif
#if WI_IMPL_SIMD && (defined(__x86_64__) || defined(__i386__))
#define WI_IMPL_X86 1
#define WI_IMPL_AVX2   __attribute__((__target__("avx2,fma")))
#define WI_IMPL_AVX512 __attribute__((__target__("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")))
#else
#define WI_IMPL_X86 0
#endif
/* RUN(name, target, fused) makes one body of a loop that compilers turn into vectors. STAMP makes those that
   this build can run, WIDEST names the one for this processor. Few processors lack AVX2 by now: their body is
   compiled for size, and need not be made for each kind of work. */
#define WI_IMPL_IS_RARE(fused) (WI_IMPL_X86 && !(fused))
#if WI_IMPL_X86
#define WI_IMPL_STAMP(RUN, name) RUN(name##_256, WI_IMPL_AVX2, 1) RUN(name##_any, WI_IMPL_RARE, 0)
#define WI_IMPL_WIDEST(name)     (wi_impl_simd_bits() >= 256 ? name##_256 : name##_any)
#else
#if WI_IMPL_SIMD && defined(__aarch64__)
#define WI_IMPL_STAMP(RUN, name) RUN(name##_any, , 1)
#else
#define WI_IMPL_STAMP(RUN, name) RUN(name##_any, , 0)
#endif
#define WI_IMPL_WIDEST(name)     name##_any
#endif
/* On a small public function that stands in its callers too, so that a recipe they know decides what is
   linked. */
#if defined(__clang__) && !defined(__cplusplus)
#define WI_IMPL_HERE __attribute__((__always_inline__))
#elif defined(__GNUC__) && !defined(__cplusplus) && !defined(__TINYC__)
#define WI_IMPL_HERE inline __attribute__((__always_inline__))
#else
#define WI_IMPL_HERE
#endif
/* On what runs rarely: compiled for size, and with it what only it calls. gcc goes on upwards: a function
   that always calls a rare one is rare as well, and so are its callers, the user's among them. So the mark is
   for static functions that stand behind a condition (most stand behind a check of arguments);
   tests/sizes.sh looks whether any loop that matters was caught. */
#if defined(__GNUC__) || defined(__clang__)
#define WI_IMPL_RARE   __attribute__((__cold__))
#define WI_IMPL_APART  __attribute__((__noinline__))   /* on what keeps its stack, or its code, to itself */
#define WI_IMPL_UNUSED __attribute__((__unused__))     /* on what only some builds, or only the tests, call */
#else
#define WI_IMPL_RARE
#define WI_IMPL_APART
#define WI_IMPL_UNUSED
#endif
/* On a function that always calls a rare one: its callers then see no body to judge by. And on a loop
   that only rare ones call, so that it is not taken for one of them. */
#if defined(__GNUC__) && __GNUC__ >= 8 && !defined(__clang__)
#define WI_IMPL_OPAQUE __attribute__((__noipa__))
#else
#define WI_IMPL_OPAQUE
#endif
/* The compiler checks what is formatted. MinGW takes a plain "printf" for Microsoft's, which has no %zu. */
#if defined(__clang__)
#define WI_IMPL_FORMAT(text, first) __attribute__((__format__(__printf__, text, first)))
#elif defined(__GNUC__)
#define WI_IMPL_FORMAT(text, first) __attribute__((__format__(__gnu_printf__, text, first)))
#else
#define WI_IMPL_FORMAT(text, first)
#endif
/* On a piece of a kernel. Without optimisation copies of it in every caller would only cost: 3 MB of code. */
#if WI_IMPL_SIMD && defined(__OPTIMIZE__)
#define WI_IMPL_INLINE static inline __attribute__((__always_inline__))
#elif WI_IMPL_SIMD
#define WI_IMPL_INLINE static inline
#else
#define WI_IMPL_INLINE static
#endif
#if !WI_IMPL_SIMD && !defined(__clang__) && (!defined(__GNUC__) || __GNUC__ < 8)
#define WI_IMPL_UNROLL
#elif defined(__clang__)
#define WI_IMPL_UNROLL _Pragma("clang loop unroll(full)")
#else
#define WI_IMPL_UNROLL _Pragma("GCC unroll 32")
#endif
/* On a loop whose rounds need nothing of each other: to be run side by side. */
#if !WI_IMPL_X86 && !(WI_IMPL_SIMD && (defined(__aarch64__) || defined(__wasm_simd128__)))
#define WI_IMPL_SIDE_BY_SIDE
#elif defined(__clang__)
#define WI_IMPL_SIDE_BY_SIDE _Pragma("clang loop vectorize(assume_safety) unroll(disable)")
#else
#define WI_IMPL_SIDE_BY_SIDE _Pragma("GCC ivdep")
#endif

#ifdef __cplusplus
extern "C" {
#endif

#if WI_IMPL_X86 && (defined(_MSC_VER) || defined(WI_IMPL_TEST_CPUID))
/* Ask the processor itself: clang for Visual C++ does not link what __builtin_cpu_supports() needs. */
static void wi_impl_cpuid(uint32_t leaf, uint32_t out[4])
{
    __asm__("cpuid" : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3]) : "a"(leaf), "c"(0));
}

static int wi_impl_ask_bits(void)
{
    uint32_t leaf[4], state, high;
    wi_impl_cpuid(0, leaf);
    if (leaf[0] < 7) return 128;
    wi_impl_cpuid(1, leaf);
    /* FMA, AVX, and a system that keeps wide registers; AVX2; AVX-512 F, DQ, BW and VL */
    if ((leaf[2] & 0x18001000u) != 0x18001000u) return 128;
    __asm__("xgetbv" : "=a"(state), "=d"(high) : "c"(0));   /* ... and which of them */
    wi_impl_cpuid(7, leaf);
    int wide = (leaf[1] & 0x20u) != 0 && (state & 0x06u) == 0x06u;
    int wider = (leaf[1] & 0xC0030020u) == 0xC0030020u && (state & 0xE6u) == 0xE6u;
    return WINIT_SIMD_BITS >= 512 && wider ? 512 : WINIT_SIMD_BITS >= 256 && wide ? 256 : 128;
}
#endif

/* The widest vectors that are allowed and that this processor has: 512, 256 or 128 bits; 0 without any. Asked
   each time, which costs a few loads, so that there is no hidden state. */
static WI_IMPL_UNUSED int wi_impl_simd_bits(void)
{
#if WI_IMPL_X86 && defined(_MSC_VER)
    return wi_impl_ask_bits();
#elif WI_IMPL_X86
    if (WINIT_SIMD_BITS >= 512 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) return 512;
    if (WINIT_SIMD_BITS >= 256 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 256;
#endif
    return WI_IMPL_SIMD ? 128 : 0;
}

/* ==== 1. Status >>status-impl =============================================
   What all sections share: names of statuses, NaN and infinity, sizes that
   cannot overflow, memory, and text. A call that fails says

       return wi_impl_fail(error, WI_ERR_SHAPE, "layer %zu: ...", layer);

   and one that succeeds  return wi_impl_ok(error);  Text is written and read
   by code of our own, which needs no stdio, knows no decimal comma, and gives
   back to the last bit what it wrote. */

static const char *const wi_impl_statuses[][2] = {
#define WI_IMPL_STATUS_ROW(name, text) {#name, text},
    WI_STATUS_LIST(WI_IMPL_STATUS_ROW)
};

WI_API const char *wi_status_name(wi_status status)
{
    return (unsigned)status < WI_STATUS_COUNT ? wi_impl_statuses[status][0] : "not a wi_status";
}

WI_API const char *wi_status_text(wi_status status)
{
    return (unsigned)status < WI_STATUS_COUNT ? wi_impl_statuses[status][1] : "not a wi_status";
}

WI_API const char *wi_version(void)
{
    return WI_VERSION_STRING;
}

/* NaN and infinity are made from their bits and known by them: that raises no floating-point exception,
   prints "nan" and never "-nan", and needs no HUGE_VAL, which some compilers lack. */
static WI_IMPL_UNUSED double wi_impl_from_bits(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return (double)f;
}
#define WI_IMPL_NAN      wi_impl_from_bits(0x7FC00000u)
#define WI_IMPL_INFINITY wi_impl_from_bits(0x7F800000u)
#define WI_IMPL_REAL_MAX (sizeof(wi_real) == sizeof(float) ? (double)FLT_MAX : DBL_MAX)
#define WI_IMPL_REAL_MIN (sizeof(wi_real) == sizeof(float) ? (double)FLT_MIN : DBL_MIN)

/* Finite: the exponent is not all ones. (Where double is a float, as on AVR, its bits are those of one.) */
static int wi_impl_finite(double x)
{
    uint64_t bits = 0;
    memcpy(&bits, &x, sizeof x);
    return sizeof x == 8 ? (bits >> 52 & 0x7FF) != 0x7FF : (bits >> 23 & 0xFF) != 0xFF;
}

/* Sizes saturate: a product or sum that would overflow becomes SIZE_MAX and stays there, so that a
   chain of them is checked once, at its end. */
WI_IMPL_APART static size_t wi_impl_mul(size_t a, size_t b)
{
    const size_t half = (size_t)1 << 4 * sizeof a;   /* below it nothing need be divided */
    return (a | b) >= half && b != 0 && a > SIZE_MAX / b ? SIZE_MAX : a * b;
}

static size_t wi_impl_add(size_t a, size_t b)
{
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

static size_t wi_impl_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A size as a number, 2^63 at most. Stays apart, for conversions are long: through a signed type a third as
   many instructions as without. */
WI_IMPL_APART static double wi_impl_num(size_t n)
{
    const uint64_t most = INT64_MAX;
    return sizeof n > 4 ? (double)(int64_t)(n < most ? n : most) : (double)n;
}

/* The way back, of numbers from 0 to 2^63; the fraction is cut off. */
static WI_IMPL_UNUSED size_t wi_impl_whole(double x)
{
    return (size_t)(int64_t)x;
}

/* Where part t of `parts` begins if `total` is shared out evenly. */
static size_t wi_impl_share(size_t total, size_t parts, size_t t)
{
    return total / parts * t + wi_impl_min(t, total % parts);
}

/* Allocate count * size bytes; NULL when that overflows or memory is short. */
WI_IMPL_APART static void *wi_impl_alloc(size_t count, size_t size)
{
    size_t bytes = wi_impl_mul(count, size);
    return bytes == 0 || bytes > SIZE_MAX / 2 ? NULL : WINIT_MALLOC(bytes);
}

/* A text in the making. Our own formatter needs no stdio, never writes a decimal comma, and truncates
   cleanly. It knows %s %c %d %zu %g and %.3g. */
typedef struct wi_impl_text {
    char  *out;       /* [capacity], always terminated */
    size_t capacity;  /* 0: only count */
    size_t length;    /* of the whole text, whether or not it fits */
} wi_impl_text;

/* Does a character of UTF-8 that has begun go on with c? */
static int wi_impl_goes_on(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* What does not fit is left out, with the beginning of its character. */
static void wi_impl_put(wi_impl_text *text, char c)
{
    if (text->length + 1 < text->capacity) {
        text->out[text->length] = c;
        text->out[text->length + 1] = 0;
    } else if (text->length + 1 == text->capacity && wi_impl_goes_on(c)) {
        size_t at = text->length;
        while (at > 0 && text->length - at < 3 && wi_impl_goes_on(text->out[at - 1])) at--;
        text->out[at > 0 ? at - 1 : 0] = 0;
    }
    text->length++;
}

/* It may hold words of a user or of a file, which a terminal is not to obey. */
static void wi_impl_put_string(wi_impl_text *text, const char *s)
{
    for (s = s ? s : "(null)"; *s; s++) {
        int high = (unsigned char)*s == 0xC2 && (unsigned char)s[1] >> 5 == 4;   /* U+0080 to U+009F */
        wi_impl_put(text, high || (unsigned char)*s < ' ' || *s == 0x7F ? '?' : *s);
        s += high;
    }
}

WI_IMPL_RARE static void wi_impl_put_size(wi_impl_text *text, uint64_t n)
{
    char digits[24];
    size_t count = 0;
    do digits[count++] = (char)('0' + n % 10); while ((n /= 10) != 0);
    while (count > 0) wi_impl_put(text, digits[--count]);
}

/* ---- Reading numbers --------------------------------------------------------
   A number is whole digits times a power of ten, m 10^e, rounded once: to the nearest double. Where m < 2^53
   and |e| <= 22 both are exact doubles, so that one multiplication or division is all (Clinger 1990). Up to
   19 digits, a product or quotient in two doubles, 2^-104 exact, settles nearly all cases. What is left goes
   to strtod() as "123456e-7", without the decimal point that it would read by the locale. */

/* The number whose digits were put into `digits`, times 10^e. */
WI_IMPL_RARE static double wi_impl_by_strtod(wi_impl_text *digits, int64_t e)
{
    wi_impl_put(digits, 'e');
    if (e < 0) wi_impl_put(digits, '-');
    wi_impl_put_size(digits, (uint64_t)(e < 0 ? -e : e));
    return strtod(digits->out, NULL);
}

/* The upper 26 bits of x; the product of two such halves is exact. */
static double wi_impl_upper(double x)
{
    uint64_t bits = 0;
    memcpy(&bits, &x, sizeof x);
    bits &= ~(uint64_t)0x7FFFFFF;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* a b - p, where p = a b rounded (Dekker 1971). */
static WI_IMPL_UNUSED double wi_impl_product_rest(double a, double b, double p)
{
    double a1 = wi_impl_upper(a), b1 = wi_impl_upper(b), a2 = a - a1, b2 = b - b1;
    return ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2;
}

/* m 10^e for m < 10^19. */
static double wi_impl_decimal(uint64_t m, int64_t e)
{
#if DBL_MANT_DIG == 53 && (!defined(FLT_EVAL_METHOD) || FLT_EVAL_METHOD == 0)
    static const double powers[] = {1,    1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (e >= -22 && e <= 22) {
        double ten = powers[e < 0 ? -e : e], whole = (double)m, value = e < 0 ? whole / ten : whole * ten;
        if (m <= UINT64_C(1) << 53) return value;
        double rest = (double)(int64_t)(m - (uint64_t)whole);
        if (e < 0) {
            double product = value * ten;
            rest = ((whole - product) - wi_impl_product_rest(value, ten, product) + rest) / ten;
        } else {
            rest = wi_impl_product_rest(whole, ten, value) + rest * ten;
        }
        double doubt = value * 3e-30;   /* does rounding depend on what is not known? */
        if (value + (rest - doubt) == value + (rest + doubt)) return value + rest;
    }
#endif
    char room[48];
    wi_impl_text digits = {room, sizeof room, 0};
    wi_impl_put_size(&digits, m);
    return wi_impl_by_strtod(&digits, e);
}

/* The same for any number of digits, a point among them. No double lies so near the middle of two others that
   it takes more than 768 digits to tell: of what comes after them, all that counts is whether it is zero. */
WI_IMPL_RARE static double wi_impl_long_decimal(const char *from, const char *to, int64_t e)
{
    char room[800];
    wi_impl_text digits = {room, sizeof room, 0};
    int more = 0;
    wi_impl_put(&digits, '0');
    for (; from < to; from++) {
        if (*from == '.' || (*from == '0' && digits.length == 1)) continue;
        if (digits.length < 770) wi_impl_put(&digits, *from);
        else if (++e, *from != '0') more = 1;
    }
    if (more) {
        wi_impl_put(&digits, '1');
        e--;
    }
    return wi_impl_by_strtod(&digits, e);
}

/* Read the number at `at` and return what follows it; NULL if there is none before `end`. */
static const char *wi_impl_scan_number(const char *at, const char *end, double *value)
{
    int negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) at++;

    uint64_t m = 0;
    int64_t e = 0;
    const char *first = at, *last;
    for (; at < end && (unsigned)*at - '0' < 10; at++) m = 10 * m + ((unsigned)*at - '0');
    ptrdiff_t digits = at - first;
    if (at < end && *at == '.') {
        const char *point = at++;
        for (; at < end && (unsigned)*at - '0' < 10; at++) m = 10 * m + ((unsigned)*at - '0');
        e = point + 1 - at;
        digits -= (ptrdiff_t)e;
    }
    last = at;
    if (digits == 0) return NULL;

    if (at < end && (*at == 'e' || *at == 'E')) {
        int64_t power = 0;
        int minus = ++at < end && *at == '-';
        if (at < end && (*at == '-' || *at == '+')) at++;
        if (at == end || *at < '0' || *at > '9') return NULL;
        for (; at < end && *at >= '0' && *at <= '9'; at++)
            if (power < INT64_C(1000000000000000)) power = 10 * power + (*at - '0');
        e += minus ? -power : power;
    }
    double size = e == 0 && digits < 16 ? (double)m
                  : digits <= 19 ? wi_impl_decimal(m, e) : wi_impl_long_decimal(first, last, e);
    *value = negative ? -size : size;
    return at;
}

/* Read the number that fills [at, end); 0 if that is not a number. */
static int wi_impl_parse_number(const char *at, const char *end, double *value)
{
    return wi_impl_scan_number(at, end, value) == end;
}

/* A piece of text; `to` is behind it. */
typedef struct wi_impl_span { const char *from, *to; } wi_impl_span;

static int wi_impl_span_is(wi_impl_span span, const char *text)
{
    size_t length = (size_t)(span.to - span.from);
    return strlen(text) == length && (length == 0 || memcmp(span.from, text, length) == 0);
}

/* ---- Writing sentences ----------------------------------------------------- */

/* x > 0 as a whole number of so many digits, times 10^(*exponent + 1 - significant): rounded; of 16 and 17
   digits those that read back as x, to the last bit. */
WI_IMPL_RARE static uint64_t wi_impl_digits(double given, int significant, int *exponent)
{
    WI_IMPL_STORED double x = given;   /* may be volatile, and C++20 has no x /= 10 for that */
    uint64_t top = 1, mantissa;
    for (int i = 1; i < significant; i++) top *= 10;
    *exponent = 0;
    while (x >= 1e16) { x = x / 1e16; *exponent += 16; }
    while (x >= 10) { x = x / 10; ++*exponent; }
    while (x < 1e-16) { x = x * 1e16; *exponent -= 16; }
    while (x < 1) { x = x * 10; --*exponent; }
    volatile double whole = x * (double)top;   /* not fused with the sum: the same digits in every build */
    whole = whole + 0.5;
    mantissa = (uint64_t)(int64_t)whole;
    for (int i = 0; i < 30; i++) {
        if (mantissa >= 10 * top) { mantissa /= 10; ++*exponent; }
        if (mantissa < top) { mantissa *= 10; --*exponent; }
        if (significant <= 15) break;
        double back = wi_impl_decimal(mantissa, *exponent - significant + 1);
        double off = -1 / (double)mantissa;   /* beyond DBL_MAX: one less */
        if (wi_impl_finite(back)) off = (given - back) / given;
        if (!(off < 0 || off > 0)) break;
        /* Not the whole way: between the two halves of a last bit that would go to and fro for ever. */
        int64_t step = (int64_t)(0.6 * off * (double)mantissa);
        mantissa += (uint64_t)(step != 0 ? step : off > 0 ? 1 : -1);
    }
    return mantissa;
}

/* Write x as %g does, with up to `significant` digits: 0.015, 784, 2.5e-05. But 1200 stays
   1200, where %.2g has 1.2e+03: an exponent comes from a million on. */
WI_IMPL_RARE static void wi_impl_put_number(wi_impl_text *text, double x, int significant)
{
    if (!wi_impl_finite(x)) { wi_impl_put_string(text, x != x ? "nan" : x > 0 ? "inf" : "-inf"); return; }
    if (x < 0 || (x == 0 && significant > 6 && 1 / x < 0)) { wi_impl_put(text, '-'); x = -x; }
    if (x == 0) { wi_impl_put(text, '0'); return; }

    int exponent;
    uint64_t mantissa = wi_impl_digits(x, significant, &exponent);
    char digits[24];
    int count = significant;
    for (int i = significant; i-- > 0; mantissa /= 10) digits[i] = (char)('0' + mantissa % 10);
    while (count > 1 && digits[count - 1] == '0') count--;

    /* Small numbers get leading zeros, large ones trailing zeros, the rest an exponent. */
    int scientific = exponent < -4 || exponent >= (significant > 6 ? significant : 6);
    int point = scientific ? 0 : exponent;
    if (point < 0) wi_impl_put_string(text, "0.");
    for (int i = -1; i > point; i--) wi_impl_put(text, '0');
    for (int i = 0; i < count || i <= point; i++) {
        if (i > 0 && i == point + 1) wi_impl_put(text, '.');
        wi_impl_put(text, i < count ? digits[i] : '0');
    }
    if (!scientific) return;
    wi_impl_put(text, 'e');
    wi_impl_put(text, exponent < 0 ? '-' : '+');
    if (exponent > -10 && exponent < 10) wi_impl_put(text, '0');
    wi_impl_put_size(text, (size_t)(exponent < 0 ? -exponent : exponent));
}

WI_IMPL_RARE static void wi_impl_put_list(wi_impl_text *text, const char *format, va_list list)
{
    for (; *format; format++) {
        int significant = 6;
        if (*format != '%') { wi_impl_put(text, *format); continue; }
        format++;
        if (*format == '.') { significant = format[1] - '0'; format += 2; }
        if (*format == 's') {
            wi_impl_put_string(text, va_arg(list, const char *));
        } else if (*format == 'c') {
            wi_impl_put(text, (char)va_arg(list, int));
        } else if (*format == 'd') {
            int n = va_arg(list, int);
            if (n < 0) wi_impl_put(text, '-');
            wi_impl_put_size(text, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
        } else if (*format == 'z') {
            wi_impl_put_size(text, va_arg(list, size_t));
            format++;
        } else if (*format == 'g') {
            double x = va_arg(list, double);
            if (WI_IMPL_FORWARD_ONLY) wi_impl_put_string(text, "(number)");   /* 6 KB for two sentences */
            else wi_impl_put_number(text, x, significant);
        } else {
            WINIT_ASSERT(*format == '%');
            wi_impl_put(text, '%');
        }
    }
}

WI_IMPL_FORMAT(2, 3)
static void wi_impl_print(wi_impl_text *text, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    wi_impl_put_list(text, format, list);
    va_end(list);
}

/* Success clears an error that was passed: `return wi_impl_ok(error);`. */
static WI_IMPL_UNUSED wi_status wi_impl_ok(wi_error *error)
{
    if (error) {
        error->status = WI_OK;
        error->text[0] = 0;
    }
    return WI_OK;
}

/* Write the sentence into error, if there is one, and return status: `return wi_impl_fail(...)`. */
WI_IMPL_FORMAT(3, 4)
WI_IMPL_RARE static wi_status wi_impl_fail(wi_error *error, wi_status status, const char *format, ...)
{
    if (error) {
        wi_impl_text text = {error->text, sizeof error->text, 0};
        va_list list;
        va_start(list, format);
        error->status = status;
        error->text[0] = 0;
        wi_impl_put_list(&text, format, list);
        va_end(list);
    }
    return status;
}

WI_IMPL_RARE static WI_IMPL_UNUSED wi_status wi_impl_no_room(wi_error *error, size_t count, const char *what)
{
    return wi_impl_fail(error, WI_ERR_MEMORY, "no memory for %zu %s", count, what);
}

/* ---- UTF-8 ------------------------------------------------------------------- */

#define WI_IMPL_NO_CODE UINT32_MAX

/* Take one character of UTF-8 and return its code. */
static WI_IMPL_UNUSED uint32_t wi_impl_utf8(const char **at, const char *end)
{
    static const uint32_t least[] = {1, 0x80, 0x800, 0x10000};
    const unsigned char *in = (const unsigned char *)*at;
    size_t more = *in < 0x80 ? 0 : *in >> 5 == 6 ? 1 : *in >> 4 == 14 ? 2 : *in >> 3 == 30 ? 3 : 4;
    if (more == 4 || more >= (size_t)(end - *at)) return WI_IMPL_NO_CODE;
    uint32_t code = more ? *in & (63u >> more) : *in;
    for (size_t i = 1; i <= more; i++) {
        if (in[i] >> 6 != 2) return WI_IMPL_NO_CODE;
        code = code << 6 | (in[i] & 63u);
    }
    /* Longer than it need be, half of a pair, or beyond the last code? */
    if (code < least[more] || code >> 11 == 27 || code > 0x10FFFF) return WI_IMPL_NO_CODE;
    *at += more + 1;
    return code;
}

WI_IMPL_RARE static WI_IMPL_UNUSED void wi_impl_put_utf8(wi_impl_text *text, uint32_t code)
{
    int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xC0, 0xE0, 0xF0};
    wi_impl_put(text, (char)(lead[more] | code >> 6 * more));
    while (more-- > 0) wi_impl_put(text, (char)(0x80 | (code >> 6 * more & 63)));
}

WI_IMPL_APART static WI_IMPL_UNUSED int wi_impl_is_utf8(const char *at, const char *end)
{
    while (at < end && wi_impl_utf8(&at, end) != WI_IMPL_NO_CODE) {}
    return at == end;
}

/* Put the next character between the quotes of a string of JSON; what is not UTF-8 becomes '?'. */
WI_IMPL_RARE static WI_IMPL_UNUSED void wi_impl_put_json(wi_impl_text *text, const char **at, const char *end)
{
    uint32_t code = wi_impl_utf8(at, end);
    if (code == WI_IMPL_NO_CODE) { code = '?'; ++*at; }
    if (code == '"' || code == '\\') wi_impl_put(text, '\\');
    if (code >= ' ' && (code < 0x7F || code > 0x9F)) wi_impl_put_utf8(text, code);
    else wi_impl_print(text, "\\u00%d%c", (int)code / 16, "0123456789abcdef"[code % 16]);
}

/* ==== 2. Random numbers >>rng-impl ========================================
   Same seed, same bytes: on every compiler, optimisation level, word size,
   byte order and vector width. Two things make that true. The words come from
   integer arithmetic. And everything computed from them uses only operations
   that IEEE 754 defines to the last bit (+ - * / sqrt), in one fixed order:
   no libm, whose log and exp differ between systems, and no contraction of
   a * b + c into one fused instruction, which rounds once where we round
   twice. WI_IMPL_ROUND(x) is the fence against the latter: the compiler may
   not look through it, so a product is rounded before it is added to. */

#if WI_IMPL_SIMD && (defined(__x86_64__) || defined(__SSE2_MATH__))
#define WI_IMPL_ROUND(type, x) __asm__("" : "+x"(x))
#elif WI_IMPL_SIMD && defined(__aarch64__)
#define WI_IMPL_ROUND(type, x) __asm__("" : "+w"(x))
#elif WI_IMPL_SIMD && (defined(__riscv_flen) || defined(__s390x__))
#define WI_IMPL_ROUND(type, x) __asm__("" : "+f"(x))
#elif defined(__wasm__) || defined(__TINYC__) || (defined(__SSE2_MATH__) && !defined(__FMA__) \
                                                   && !defined(__FMA4__))
#define WI_IMPL_ROUND(type, x) (void)(x) /* these never fuse */
#else
#define WI_IMPL_ROUND(type, x) (x) = *(volatile type *)&(x) /* to memory and back rounds with any compiler */
#endif

/* The product a b, rounded to its type before anything else happens to it. */
WI_IMPL_INLINE float wi_impl_timesf(float a, float b)
{
    float p = a * b;
    WI_IMPL_ROUND(float, p);
    return p;
}

WI_IMPL_INLINE double wi_impl_times(double a, double b)
{
    double p = a * b;
    WI_IMPL_ROUND(double, p);
    return p;
}

/* ---- Philox4x32-10 ---------------------------------------------------------
   J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011. One block turns a 128-bit counter
   into 128 random bits, ten times over: multiply two of its words by constants, swap halves, and mix in a key
   that takes a step each round. The key is the seed; the counter is (block number, stream). */
#define WI_IMPL_PHILOX_M0 0xD2511F53u
#define WI_IMPL_PHILOX_M1 0xCD9E8D57u
#define WI_IMPL_PHILOX_W0 0x9E3779B9u
#define WI_IMPL_PHILOX_W1 0xBB67AE85u

/* The four words of a block; returns the first two as one, low word first. */
WI_IMPL_APART static uint64_t wi_impl_philox(uint32_t out[4], uint64_t seed, uint64_t stream, uint64_t block)
{
    uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32);
    uint32_t c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);

    WI_IMPL_UNROLL for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)WI_IMPL_PHILOX_M0 * c0;
        uint64_t p1 = (uint64_t)WI_IMPL_PHILOX_M1 * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += WI_IMPL_PHILOX_W0;
        k1 += WI_IMPL_PHILOX_W1;
    }
    out[0] = c0; out[1] = c1; out[2] = c2; out[3] = c3;
    return (uint64_t)c1 << 32 | c0;   /* for a caller sooner than from two stores */
}

/* ---- Elementary functions --------------------------------------------------
   In plain IEEE double: the same bits everywhere, relative error about 1e-15. */

static double wi_impl_polynomial(const double *c, int terms, double x)
{
    double y = c[terms - 1];
    for (int i = terms - 2; i >= 0; i--) y = wi_impl_times(y, x) + c[i];
    return y;
}

static const double wi_impl_log_series[11] = {1.0, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13,
                                             1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21};
#define WI_IMPL_LN2_HI 0.693147180369123816490 /* log 2 in two parts: times a whole number, hi is exact */
#define WI_IMPL_LN2_LO 1.90821492927058770002e-10

/* log x for normal x > 0. Split x = 2^e m with m in [sqrt(1/2), sqrt(2)); then with s = (m - 1) / (m + 1),
   log m = 2 (s + s^3/3 + s^5/5 + ...), and |s| < 0.172 makes eleven terms enough. */
static double wi_impl_log(double x)
{
#if DBL_MANT_DIG != 53
    return log(x); /* AVR: without a double there is no promise about bytes */
#else
    uint64_t bits;
    double m;
    memcpy(&bits, &x, sizeof bits);
    double e = (double)((int)(bits >> 52) - 1023);
    bits = (bits & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u;
    memcpy(&m, &bits, sizeof m);
    if (m > 1.4142135623730951) { m *= 0.5; e += 1.0; }

    double s = (m - 1.0) / (m + 1.0);
    m = wi_impl_times(2.0 * s, wi_impl_polynomial(wi_impl_log_series, 11, wi_impl_times(s, s)));
    return wi_impl_times(e, WI_IMPL_LN2_HI) + (wi_impl_times(e, WI_IMPL_LN2_LO) + m);
#endif
}

static const double wi_impl_exp_series[14] = {
    1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880,
    1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0};

/* exp x = 2^k exp r with r = x - k log 2 in [-0.35, 0.35], where fourteen terms of the series are enough.
   Below -745 the result is 0, above 709 infinity. */
static double wi_impl_exp(double x)
{
#if DBL_MANT_DIG != 53
    return exp(x);
#else
    if (!(x > -746.0)) return x != x ? x : 0.0;
    if (x > 709.8) return WI_IMPL_INFINITY;
    double k = floor(wi_impl_times(x, 1.4426950408889634) + 0.5);
    x = (x - wi_impl_times(k, WI_IMPL_LN2_HI)) - wi_impl_times(k, WI_IMPL_LN2_LO);
    double y = wi_impl_polynomial(wi_impl_exp_series, 14, x);

    /* Multiply by 2^k in two steps, so that denormal results are reached. */
    for (int i = 0, half = (int)k / 2; i < 2; i++, half = (int)k - half) {
        uint64_t bits = (uint64_t)(half + 1023) << 52;
        double scale;
        memcpy(&scale, &bits, sizeof bits);
        y = wi_impl_times(y, scale);
    }
    return y;
#endif
}

/* exp(x^2) erfc(x) for x >= 0: the smooth part of erfc, a polynomial in y = (x - 4) / (x + 4) divided by
   1 + 2x. The coefficients come from tests/tools/quantile_fit.py; error 5e-17. */
static const double wi_impl_erfcx_c[24] = {
    1.2329951186255525433, -0.1396211168405624874, 0.015379652102610161953, 0.06809705425468620783,
    -0.10103906603585293672, 0.093732834998651720952, -0.066330365820503670622, 0.0371675155318431963,
    -0.016197733979924258371, 0.0050319700325486950117, -0.00075777371418388841004,
    -0.00019925700412184813999, 0.00015062311785162069542, -0.000024398117942079950931,
    -0.000011225140354449656954, 5.7072395736932573827e-6, 2.9805960553227694399e-7,
    -8.218020654813044212e-7, 7.1119124280104186533e-8, 1.0683442926744581655e-7,
    -1.635738398212474554e-8, -1.2544825403855496242e-8, 1.5712153638319018871e-9,
    9.6554082254828187878e-10};

static double wi_impl_erfcx(double x)
{
    return wi_impl_polynomial(wi_impl_erfcx_c, 24, (x - 4.0) / (x + 4.0)) / (1.0 + 2.0 * x);
}

/* Q(z), the normal law's upper tail. exp(-z^2/2) is taken in two factors around a z rounded to 2^-8, whose
   square is exact, so that the far tail keeps its relative accuracy. */
static double wi_impl_normal_upper(double z)
{
    double a = fabs(z);
    if (a > 39.0) return z < 0 ? 1.0 : 0.0;
    double nearest = floor(a * 256.0) / 256.0;
    double q = 0.5 * wi_impl_erfcx(wi_impl_times(a, 0.70710678118654752440));
    q = wi_impl_times(q, wi_impl_exp(-0.5 * wi_impl_times(nearest, nearest)));
    q = wi_impl_times(q, wi_impl_exp(-0.5 * wi_impl_times(a - nearest, a + nearest)));
    return z < 0 ? 1.0 - q : q;
}

/* log Q(z) for z >= 0: exists where Q(z) itself is too small for a double. */
static double wi_impl_log_upper(double z)
{
    double h = wi_impl_erfcx(wi_impl_times(z, 0.70710678118654752440));
    return wi_impl_log(0.5 * h) - 0.5 * wi_impl_times(z, z);
}

/* ---- The normal quantile in float ------------------------------------------
   z with Phi(z) = p, from p and q = 1 - p, each accurate when small.

   With x = p - q and w = -log(1 - x^2) = -log(4 p q), the quotient z / x is a smooth function of w near the
   centre, and of sqrt(w) in the tails: two polynomials (tests/tools/quantile_fit.py). Absolute error below
   1e-6 for |z| <= 8.6, symmetric. Even and odd powers are summed side by side, which halves the chain of
   operations that wait for each other. */
static const float wi_impl_log_c[8] = {
    0.9999998401f, -0.4999998556f, 0.3333792433f, -0.2500414619f,
    0.1979659284f, -0.1648301753f, 0.1710180968f, -0.1504076372f};
static const float wi_impl_centre_c[10] = {
    2.338620889f, 0.3396349575f, -0.008533818605f, -0.001047504997f, 0.000264848967f,
    -1.964003777e-5f, -2.159689636e-6f, 6.021288682e-7f, -1.206033839e-8f, -6.524335947e-9f};
#define WI_IMPL_CENTRE_END 6.25f     /* w up to here: the centre's polynomial, in w - 3.125 */
#define WI_IMPL_TWO_THIRDS 0x3F2AAAAB /* bits of 2/3f: mantissas run from 2/3 to 4/3, around 1 */

/* c[0] + c[1] x + ... c[terms - 1] x^(terms - 1), even and odd powers apart; terms is even. */
static float wi_impl_sumf(const float *c, int terms, float x)
{
    float y = wi_impl_timesf(x, x), even = c[terms - 2], odd = c[terms - 1];
    for (int i = terms - 3; i > 0; i -= 2) {
        even = wi_impl_timesf(even, y) + c[i - 1];
        odd = wi_impl_timesf(odd, y) + c[i];
    }
    return even + wi_impl_timesf(x, odd);
}

/* -log v for 0 < v <= 1, to about 1e-7; beside 1, the caller may know v - 1 better than v. */
static float wi_impl_minus_logf(float v, float v_less_1)
{
    int32_t bits, e;
    float f;
    memcpy(&bits, &v, sizeof bits);
    bits -= WI_IMPL_TWO_THIRDS;
    e = (bits - (bits & 0x7FFFFF)) / 0x800000;
    bits = (bits & 0x7FFFFF) + WI_IMPL_TWO_THIRDS;
    memcpy(&f, &bits, sizeof f);

    f = e == 0 ? v_less_1 : f - 1.0f;
    f = wi_impl_timesf(f, wi_impl_sumf(wi_impl_log_c, 8, f));
    return -(wi_impl_timesf((float)e, 0.69314718056f) + f);
}

/* The tails, 1 sample in 1,000, can afford double: there float would lose the sixth digit. */
static float wi_impl_quantile_tail(float p, float q, float x)
{
    static const double c[14] = {
        6.323001412, 1.428773743, 0.000254845804, -0.0005127380298, 0.0001713953023, -4.626766451e-5,
        1.847132255e-5, -5.268549145e-6, -2.590030323e-6, 5.670081592e-7, 1.480624348e-6, -5.692193328e-7,
        -5.621243132e-8, 3.49829798e-8};
    double w = -wi_impl_log(wi_impl_times(4.0 * (double)p, (double)q));
    return (float)wi_impl_times((double)x, wi_impl_polynomial(c, 14, sqrt(w) - 4.625));
}

static float wi_impl_quantilef(float p, float q, float x)
{
    float pq = wi_impl_timesf(4.0f * p, q), w = wi_impl_minus_logf(pq, pq - 1.0f);
    if (w > WI_IMPL_CENTRE_END) return wi_impl_quantile_tail(p, q, x);
    return wi_impl_timesf(x, wi_impl_sumf(wi_impl_centre_c, 10, w - 3.125f));
}

/* ---- The normal quantile in double -----------------------------------------
   z >= 0 with log Q(z) = log_q <= log(1/2), by Newton's method on log Q, whose derivative is
   -phi/Q = -1 / (sqrt(pi/2) erfcx). log Q is concave, and from a start beyond the root the steps come down to
   it without overshooting. */
static double wi_impl_quantile_log(double log_q)
{
    log_q = log_q < -0.69314718055994531 ? log_q : -0.69314718055994531;
    double z = sqrt(-2.0 * (log_q + 0.69314718055994531));
    for (int round = 0; round < 12; round++) {
        double h = wi_impl_erfcx(wi_impl_times(z, 0.70710678118654752440));
        double f = (wi_impl_log(0.5 * h) - 0.5 * wi_impl_times(z, z)) - log_q;
        double step = wi_impl_times(wi_impl_times(1.2533141373155002512, h), f);
        z += step;
        if (fabs(step) < 1e-9 * (1e-7 + z)) break; /* the error squares: this step was the last needed */
    }
    return z > 0 ? z : 0.0;
}

/* The same from p and q = 1 - p, of either sign. */
static double wi_impl_quantile(double p, double q)
{
    return p < q ? -wi_impl_quantile_log(wi_impl_log(p)) : wi_impl_quantile_log(wi_impl_log(q));
}

/* ---- Words in lanes --------------------------------------------------------
   8 or 16 at a time on x86, chosen at run time. Bit for bit what wi_impl_philox() gives; tests compare them.
   A macro stamps the function out once for each width of vector. The steps of one vector wait for each other,
   so each step is done for WI_IMPL_SIDE vectors side by side before the next. The registers hold five, which
   are hardly faster than four.
   One block sits in each 64-bit lane with a 32-bit word in the low half of it: pmuludq multiplies just those
   halves, so whatever gathers above them does no harm. */
#if WI_IMPL_X86 && WINIT_SIMD_BITS >= 256 && defined(__LP64__)
#define WI_IMPL_LANES 1
#define WI_IMPL_SIDE  4
#define WI_IMPL_BATCH 640   /* words in flight: a multiple of 32 for each vector of blocks */
#define WI_IMPL_EACH  WI_IMPL_UNROLL for (size_t j = 0; j < WI_IMPL_SIDE; j++)

/* What the vector extensions have no operator for: the product of low halves, and the two interleavings of
   64-bit lanes. Interleaving works within pairs of lanes, so blocks are dealt to the lanes in the order that
   comes out sorted. */
#define WI_IMPL_DEAL_256 {0, 2, 1, 3}
#define WI_IMPL_DEAL_512 {0, 4, 1, 5, 2, 6, 3, 7}
#if defined(__clang__)
#define WI_IMPL_LOW_256(a, m)  (((a) & 0xFFFFFFFFu) * (m))
#define WI_IMPL_LOW_512(a, m)  (((a) & 0xFFFFFFFFu) * (m))
#define WI_IMPL_EVEN_256(a, b) __builtin_shufflevector(a, b, 0, 4, 2, 6)
#define WI_IMPL_EVEN_512(a, b) __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14)
#define WI_IMPL_ODD_256(a, b)  __builtin_shufflevector(a, b, 1, 5, 3, 7)
#define WI_IMPL_ODD_512(a, b)  __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15)
#else
#define WI_IMPL_LOW_256(a, m)  (q)__builtin_ia32_pmuludq256((s)(a), (s)(m))
#define WI_IMPL_LOW_512(a, m)  (q)__builtin_ia32_pmuludq512_mask((s)(a), (s)(m), (l)(a), 255)
#define WI_IMPL_EVEN_256(a, b) (q)__builtin_ia32_punpcklqdq256((l)(a), (l)(b))
#define WI_IMPL_EVEN_512(a, b) (q)__builtin_ia32_punpcklqdq512_mask((l)(a), (l)(b), (l)(a), 255)
#define WI_IMPL_ODD_256(a, b)  (q)__builtin_ia32_punpckhqdq256((l)(a), (l)(b))
#define WI_IMPL_ODD_512(a, b)  (q)__builtin_ia32_punpckhqdq512_mask((l)(a), (l)(b), (l)(a), 255)
#endif

#define WI_IMPL_STAMP_WORDS(BITS, TARGET)                                                                    \
typedef wi_real   wi_impl_f##BITS __attribute__((__vector_size__(BITS / 8)));                                \
typedef int32_t   wi_impl_s##BITS __attribute__((__vector_size__(BITS / 8)));                                \
typedef uint64_t  wi_impl_q##BITS __attribute__((__vector_size__(BITS / 8)));                                \
typedef long long wi_impl_l##BITS __attribute__((__vector_size__(BITS / 8)));                                \
                                                                                                             \
/* The ten rounds of wi_impl_philox(), two by two. */                                                        \
TARGET WI_IMPL_INLINE void wi_impl_rounds##BITS(wi_impl_q##BITS *c0, wi_impl_q##BITS *c1,                    \
                                                wi_impl_q##BITS *c2, wi_impl_q##BITS *c3, uint64_t seed)     \
{                                                                                                            \
    typedef wi_impl_s##BITS s;                                                                               \
    typedef wi_impl_q##BITS q;                                                                               \
    typedef wi_impl_l##BITS l;                                                                               \
    const q zero = c0[0] * 0, m0 = zero + WI_IMPL_PHILOX_M0, m1 = zero + WI_IMPL_PHILOX_M1;                  \
    q k0 = zero + seed, k1 = k0 >> 32;                                                                       \
    for (int pair = 0; pair < 5; pair++) WI_IMPL_UNROLL for (int round = 0; round < 2; round++) {            \
        WI_IMPL_EACH {                                                                                       \
            q p0 = WI_IMPL_LOW_##BITS(c0[j], m0), p1 = WI_IMPL_LOW_##BITS(c2[j], m1);                        \
            c0[j] = (p1 >> 32) ^ c1[j] ^ k0;                                                                 \
            c1[j] = p1;                                                                                      \
            c2[j] = (p0 >> 32) ^ c3[j] ^ k1;                                                                 \
            c3[j] = p0;                                                                                      \
        }                                                                                                    \
        k0 += WI_IMPL_PHILOX_W0;                                                                             \
        k1 += WI_IMPL_PHILOX_W1;                                                                             \
    }                                                                                                        \
    (void)sizeof(s); (void)sizeof(l);                                                                        \
}                                                                                                            \
                                                                                                             \
/* The words of whole blocks, at least count of them. */                                                     \
TARGET static void wi_impl_words##BITS(uint32_t *word, size_t count, const wi_rng *rng)                      \
{                                                                                                            \
    typedef wi_impl_q##BITS q;                                                                               \
    typedef wi_impl_l##BITS l;                                                                               \
    const q deal = WI_IMPL_DEAL_##BITS;                                                                      \
    q c0[WI_IMPL_SIDE], c1[WI_IMPL_SIDE], c2[WI_IMPL_SIDE], c3[WI_IMPL_SIDE];                                \
    uint64_t block = rng->index / 4;                                                                         \
    uint32_t *end = word + count;                                                                            \
                                                                                                             \
    for (; word < end; word += WI_IMPL_SIDE * (BITS / 16)) {                                                 \
        WI_IMPL_EACH {                                                                                       \
            c0[j] = deal + block;                                                                            \
            c1[j] = c0[j] << 2 >> 34; /* block numbers have 62 bits */                                       \
            c2[j] = deal * 0 + rng->stream;                                                                  \
            c3[j] = c2[j] >> 32;                                                                             \
            block += BITS / 64;                                                                              \
        }                                                                                                    \
        wi_impl_rounds##BITS(c0, c1, c2, c3, rng->seed);                                                     \
        /* Pair the words in 64-bit lanes, then bring the pairs into the blocks' order. */                   \
        WI_IMPL_EACH {                                                                                       \
            q p0 = (c0[j] & 0xFFFFFFFFu) | c1[j] << 32, p1 = (c2[j] & 0xFFFFFFFFu) | c3[j] << 32;            \
            q even = WI_IMPL_EVEN_##BITS(p0, p1), odd = WI_IMPL_ODD_##BITS(p0, p1);                          \
            memcpy(word + j * (BITS / 16), &even, sizeof even);                                              \
            memcpy(word + j * (BITS / 16) + BITS / 32, &odd, sizeof odd);                                    \
        }                                                                                                    \
    }                                                                                                        \
    (void)sizeof(l);                                                                                         \
}

#if WINIT_SIMD_BITS >= 512
WI_IMPL_STAMP_WORDS(512, WI_IMPL_AVX512)
#endif
WI_IMPL_STAMP_WORDS(256, WI_IMPL_AVX2)

#endif /* lanes */
#ifndef WI_IMPL_BATCH
#define WI_IMPL_BATCH 256
#endif

/* The words of whole blocks from rng's on, at least count <= WI_IMPL_BATCH of them. */
static void wi_impl_words(uint32_t *word, size_t count, const wi_rng *rng)
{
#ifdef WI_IMPL_LANES
    int bits = count < 64 ? 0 : wi_impl_simd_bits(); /* few are had sooner one by one */
    if (bits == 256) { wi_impl_words256(word, count, rng); return; }
#if WINIT_SIMD_BITS >= 512
    if (bits == 512) { wi_impl_words512(word, count, rng); return; }
#endif
#endif
    for (size_t i = 0; i < count; i += 4)
        wi_impl_philox(word + i, rng->seed, rng->stream, (rng->index + i) / 4); /* has 62 bits */
}

/* ---- Drawing --------------------------------------------------------------- */

WI_API wi_rng wi_rng_make(uint64_t seed)
{
    wi_rng rng = {seed, 0, 0};
    return rng;
}

/* The child's stream is a hash of (stream, key), by Philox under a key that no drawing uses: the seed's
   complement. Two children collide with probability 2^-64. */
WI_API wi_rng wi_rng_split(wi_rng parent, uint64_t key)
{
    uint32_t word[4];
    wi_rng child = wi_rng_make(parent.seed);
    child.stream = wi_impl_philox(word, ~parent.seed, parent.stream, key);
    return child;
}

WI_API uint32_t wi_rng_next(wi_rng *rng)
{
    uint32_t word[4];
    wi_impl_philox(word, rng->seed, rng->stream, rng->index / 4);
    return word[rng->index++ % 4];
}

/* Two words as one, low half first; mostly they come from one block. */
static uint64_t wi_impl_next64(wi_rng *rng)
{
    uint32_t word[8];
    size_t at = (size_t)(rng->index % 4);
    wi_impl_words(word, at + 2, rng);
    rng->index += 2;
    return (uint64_t)word[at + 1] << 32 | word[at];
}

/* Is this one of the 2^64 mod n values too many, at the top? All lie in the last n: most need no division. */
static int wi_impl_is_excess(uint64_t bits, uint64_t n)
{
    return bits > UINT64_MAX - n && bits > UINT64_MAX - (UINT64_MAX % n + 1) % n;
}

WI_API uint64_t wi_rng_below(wi_rng *rng, uint64_t n)
{
    uint64_t bits;
    if (n == 0) return 0;
    do bits = wi_impl_next64(rng);
    while (wi_impl_is_excess(bits, n));
    return bits % n;
}

WI_API double wi_rng_uniform(wi_rng *rng)
{
    return (double)(wi_impl_next64(rng) >> 11) / 9007199254740992.0; /* 2^53 */
}

WI_API double wi_rng_normal(wi_rng *rng)
{
    uint64_t k = wi_impl_next64(rng) >> 11, m = k >> 52 ? ~k & 0x1FFFFFFFFFFFFFu : k;
    double t = ((double)m + 0.5) / 9007199254740992.0;
    double z = wi_impl_quantile_log(wi_impl_log(t));
    return k >> 52 ? z : -z;
}

/* Fisher and Yates: the last place gets any of n, the one before it any of what is left, ... Draws what
   wi_rng_below(i) would, from words that are made many at a time. */
WI_API void wi_rng_shuffle(wi_rng *rng, size_t *index, size_t n)
{
    uint32_t word[WI_IMPL_BATCH];
    size_t at = 0, end = 0;
    for (size_t i = n; i > 1;) {
        if (at + 2 > end) {
            at = (size_t)(rng->index % 4);
            end = wi_impl_min(WI_IMPL_BATCH, at + wi_impl_mul(2, i - 1));
            wi_impl_words(word, end, rng);
        }
        uint64_t bits = (uint64_t)word[at + 1] << 32 | word[at];
        at += 2;
        rng->index += 2;
        if (wi_impl_is_excess(bits, i)) continue;

        size_t j = (size_t)(bits % i--), kept = index[i];
        index[i] = index[j];
        index[j] = kept;
    }
}

/* ==== 3. Measuring >>stats-impl ===========================================
   With d = x - shift, and shift the first value, one pass sums d, d^2, d^3 and
   d^4. Let m_k be their means; then the moments around the mean, shift + m_1,
   are

       variance = m_2 - m_1^2
       third    = m_3 - 3 m_1 m_2 + 2 m_1^3
       fourth   = m_4 - 4 m_1 m_3 + 6 m_1^2 m_2 - 3 m_1^4 */

/* Of x times scale; min and max of x itself. */
static wi_stats wi_impl_stats(const wi_real *x, size_t n, double scale)
{
    wi_stats s;
    double shift = 0, m1 = 0, m2 = 0, m3 = 0, m4 = 0, squares = 0;
    size_t finite = 0, zeros = 0;

    memset(&s, 0, sizeof s);
    s.count = n;
    for (size_t i = 0; i < n; i++) {
        double value = (double)x[i];
        if (!wi_impl_finite(value)) continue;
        if (finite++ == 0) s.min = s.max = shift = value;
        if (value < s.min) s.min = value;
        if (value > s.max) s.max = value;
        zeros += value == 0.0;
        value *= scale;
        squares += value * value;
        double d = value - shift * scale;
        m1 += d;
        m2 += d * d;
        m3 += d * d * d;
        m4 += d * d * d * d;
    }
    s.nonfinite = n - finite;
    if (finite == 0) return s;

    double count = (double)finite;
    m1 /= count; m2 /= count; m3 /= count; m4 /= count;
    double variance = m2 - m1 * m1;
    s.mean = shift * scale + m1;
    s.rms = sqrt(squares / count);
    s.zeros = (double)zeros / count;
    if (variance > 1e-14 * m2) { /* less is what rounding leaves of 0 */
        s.std = sqrt(variance);
        s.skewness = (m3 - 3 * m1 * m2 + 2 * m1 * m1 * m1) / (variance * s.std);
        s.kurtosis = (m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 * m1 * m1 * m1) / (variance * variance);
    }
    return s;
}

WI_API wi_stats wi_stats_of(const wi_real *x, size_t n)
{
    wi_stats s = wi_impl_stats(x, n, 1);
    double most = fmax(-s.min, s.max);
    if (most == 0 || (most > 1e-75 && most < 1e75)) return s;
    most = fmax(most, 1e-300);   /* fourth powers would overflow or vanish: in units of the greatest number */
    s = wi_impl_stats(x, n, 1 / most);
    s.mean *= most;
    s.std *= most;
    s.rms *= most;
    return s;
}

WI_API wi_histogram wi_histogram_of(const wi_real *x, size_t n, double lo, double hi)
{
    wi_histogram h;
    memset(&h, 0, sizeof h);
    h.lo = lo;
    h.hi = hi;
    if (!wi_impl_finite(lo) || !wi_impl_finite(hi) || !(lo < hi)) return h;

    double scale = wi_impl_finite(hi - lo) ? 1.0 : 0.5; /* the width of [-DBL_MAX, DBL_MAX] would overflow */
    double left = lo * scale, width = hi * scale - left;
    for (size_t i = 0; i < n; i++) {
        double value = (double)x[i];
        if (value >= lo && value <= hi) {
            int bin = (int)((value * scale - left) / width * WI_BINS);
            h.bin[bin < WI_BINS ? bin : WI_BINS - 1]++;
        } else {
            h.below += value < lo;
            h.above += value > hi;
        }
    }
    return h;
}

/* ==== 4. Matrices >>mat-impl ==============================================
   A view is five numbers, so all that a product has to know is how far apart neighbours stand. First the
   product in plain C, which defines every bit of the result; then two chapters that compute the same, faster,
   one for each order of summation; then how a large product is cut; last the singular values. */

WI_API wi_mat wi_mat_view(wi_real *data, size_t rows, size_t cols)
{
    wi_mat m = {data, rows, cols, cols, 1};
    return m;
}

WI_API wi_mat wi_mat_view_const(const wi_real *data, size_t rows, size_t cols)
{
    wi_mat m = wi_mat_view(NULL, rows, cols);
    memcpy(&m.data, &data, sizeof data);   /* a cast that drops const would warn */
    return m;
}

WI_API wi_mat wi_mat_rows(wi_mat m, size_t first, size_t count)
{
    first = wi_impl_min(first, m.rows);
    m.rows = wi_impl_min(count, m.rows - first);
    if (m.data) m.data += first * m.row_step;
    return m;
}

/* The same, by fewer instructions for whoever calls it: a matrix takes five to pass. */
WI_IMPL_APART static WI_IMPL_UNUSED wi_mat wi_impl_rows(const wi_mat *m, size_t first, size_t count)
{
    return wi_mat_rows(*m, first, count);
}

WI_API wi_mat wi_mat_transpose(wi_mat m)
{
    wi_mat t = {m.data, m.cols, m.rows, m.col_step, m.row_step};
    return t;
}

WI_API wi_real *wi_mat_at(wi_mat m, size_t row, size_t col)
{
    return m.data + row * m.row_step + col * m.col_step;
}

/* rows x cols elements of a matrix, from (i, j) on; no view of nothing moves. */
static WI_IMPL_UNUSED wi_mat wi_impl_part(wi_mat m, size_t i, size_t j, size_t rows, size_t cols)
{
    if (m.data) m.data = wi_mat_at(m, i, j);
    m.rows = rows;
    m.cols = cols;
    return m;
}

/* ---- The product, plain ---------------------------------------------------

   out = from + a b, element by element: the sum over k of a[i][k] b[k][j], on top of from[i][j] (0 where
   there is no from). Each step rounds, so the order of a sum is part of its result. There are two, and how
   a and b lie in memory decides, nothing else:

       ascending    (((from + a0 b0) + a1 b1) + a2 b2) + ...
       eight sums   where neighbours along k are neighbours in memory in both, as in x W^T: term k goes to
                    sum k mod 8, the first of which starts from `from`. In the end the sums 0 to 3 take up
                    4 to 7, then 0 and 1 take up 2 and 3, then 0 takes up 1.

   An element depends on its own row of a and column of b, and on nothing that is computed beside it: not on
   how many rows or columns there are, on the vectors of a processor, or on threads. A step is fused (rounded
   once) on every processor that can do it, AVX2, AVX-512 and 64-bit Arm, and they agree to the last bit;
   elsewhere it is rounded twice. Tests compare everything that follows with this reference. */

/* a b + c, rounded once if fused, else twice, even where a compiler would fuse on its own. */
WI_IMPL_UNUSED WI_IMPL_INLINE float wi_impl_madd(int fused, float a, float b, float c)
{
#if WI_IMPL_SIMD
    if (fused) return __builtin_fmaf(a, b, c);
#endif
    (void)fused;
    return wi_impl_timesf(a, b) + c;
}

WI_IMPL_UNUSED WI_IMPL_INLINE double wi_impl_maddd(int fused, double a, double b, double c)
{
#if WI_IMPL_SIMD
    if (fused) return __builtin_fma(a, b, c);
#endif
    (void)fused;
    return wi_impl_times(a, b) + c;
}
#if WI_IMPL_DOUBLE
#define wi_impl_maddr wi_impl_maddd  /* for wi_real */
#else
#define wi_impl_maddr wi_impl_madd
#endif

/* How a product is summed. A scale makes ascending sums a step, out += scale (a b), each complete (from 0)
   before it is scaled: then out and from are the same. Terms of a convolution do not lie at equal distances:
   a table says how far it is in a and in b from each of them to the next. */
typedef struct wi_impl_stride { ptrdiff_t a, b; } wi_impl_stride;

typedef struct wi_impl_order {
    size_t sums;      /* 8 or 1 */
    int fused, bits;  /* bits: the widest vectors to use */
    const wi_real *scale;
    int borrows;      /* 1: a large product may allocate for its time */
    wi_real *room;    /* for the copies of a large product, or NULL */
    const wi_impl_stride *steps;   /* [k], or NULL: as the views say; of ascending sums */
} wi_impl_order;

/* A product at work, in addresses, since copies of views would cost a small one most of its time. */
typedef struct wi_impl_product {
    const wi_mat *out, *from, *a, *b;
    wi_impl_order how;
} wi_impl_product;

/* An element in eight sums: start + x y, whose terms are neighbours. */
WI_IMPL_INLINE wi_real wi_impl_sum_eight(int fused, wi_real start, const wi_real *x, const wi_real *y,
                                         size_t k)
{
    wi_real s[8] = {start, 0, 0, 0, 0, 0, 0, 0};
    for (; k >= 8; k -= 8, x += 8, y += 8)
        WI_IMPL_UNROLL for (size_t t = 0; t < 8; t++) s[t] = wi_impl_maddr(fused, x[t], y[t], s[t]);
    for (size_t t = 0; t < k; t++) s[t] = wi_impl_maddr(fused, x[t], y[t], s[t]);
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

/* n neighbours of row i from column j on, in ascending order, side by side, since none waits for another. */
WI_IMPL_INLINE void wi_impl_sum_ascending(int fused, const wi_impl_product *p, size_t i, size_t j, size_t n)
{
    const wi_impl_stride even = {(ptrdiff_t)p->a->col_step, (ptrdiff_t)p->b->row_step};
    const wi_impl_stride *step = p->how.steps ? p->how.steps : &even;
    const wi_real *x = wi_mat_at(*p->a, i, 0), *y = wi_mat_at(*p->b, 0, j);
    const wi_real *scale = WI_IMPL_FORWARD_ONLY ? NULL : p->how.scale;
    const wi_real *from = p->from->data ? wi_mat_at(*p->from, i, j) : NULL;
    const size_t y_on = p->b->col_step, from_on = p->from->col_step, walks = p->how.steps != NULL;
    wi_real *to = wi_mat_at(*p->out, i, j), sum[8] = {0};
    WI_IMPL_UNROLL for (size_t t = 0; t < n; t++) sum[t] = from && !scale ? from[t * from_on] : 0;
    for (size_t k = p->a->cols; k > 0; k--, x += step->a, y += step->b, step += walks)
        WI_IMPL_UNROLL for (size_t t = 0; t < n; t++) sum[t] = wi_impl_maddr(fused, *x, y[t * y_on], sum[t]);
    WI_IMPL_UNROLL for (size_t t = 0; t < n; t++)
        to[t * p->out->col_step] = scale ? wi_impl_maddr(fused, *scale, sum[t], from[t * from_on]) : sum[t];
}

/* Rows, columns, and the terms of a sum. */
WI_IMPL_INLINE void wi_impl_gemm_loops(int fused, const wi_impl_product *p)
{
    for (size_t i = 0; i < p->out->rows; i++)
        for (size_t j = 0, n; j < p->out->cols; j += n) {
            n = p->how.sums == 1 && p->out->cols - j >= 8 ? 8 : 1;
            if (n == 8) wi_impl_sum_ascending(fused, p, i, j, 8);
            else if (p->how.sums == 1) wi_impl_sum_ascending(fused, p, i, j, 1);
            else *wi_mat_at(*p->out, i, j) =
                wi_impl_sum_eight(fused, p->from->data ? *wi_mat_at(*p->from, i, j) : 0,
                                  wi_mat_at(*p->a, i, 0), wi_mat_at(*p->b, 0, j), p->a->cols);
        }
}

/* The reference, rounding twice a step; compilers without vector extensions use it as it stands. */
static WI_IMPL_UNUSED void wi_impl_gemm_plain(const wi_impl_product *p) { wi_impl_gemm_loops(0, p); }

#if WI_IMPL_SIMD
/* ---- Multiply-adds of vectors -----------------------------------------------

   The rest of the product computes the same, faster: skip it on a first reading.

   sum += a b, lane by lane. The fused one is asked for by name, since whether a * b + c fuses depends on the
   compiler and its options. The exact one rounds the product first: the empty assembly hides it
   from fusing. */
#if defined(__aarch64__)
#include <arm_neon.h>
#endif
#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector) && !WI_IMPL_DOUBLE
#define WI_IMPL_SHUFFLE __builtin_shufflevector
#endif
#if __has_builtin(__builtin_elementwise_fma) && __has_builtin(__builtin_elementwise_sqrt)
#define WI_IMPL_ELEMENTWISE
#endif
#endif
#ifdef __clang__
#define WI_IMPL_MASK_16 (unsigned short)-1  /* all lanes */
#else
#define WI_IMPL_MASK_16 -1
#endif
#if WI_IMPL_X86 && defined(WI_IMPL_ELEMENTWISE)
#define WI_IMPL_FUSED_32(sum, a, b) sum = __builtin_elementwise_fma(a, b, sum);
#define WI_IMPL_FUSED_64(sum, a, b) sum = __builtin_elementwise_fma(a, b, sum);
#elif WI_IMPL_X86 && WI_IMPL_DOUBLE
#define WI_IMPL_FUSED_32(sum, a, b) sum = __builtin_ia32_vfmaddpd256(a, b, sum);
#define WI_IMPL_FUSED_64(sum, a, b) sum = __builtin_ia32_vfmaddpd512_mask(a, b, sum, (unsigned char)-1, 4);
#elif WI_IMPL_X86
#define WI_IMPL_FUSED_32(sum, a, b) sum = __builtin_ia32_vfmaddps256(a, b, sum);
#define WI_IMPL_FUSED_64(sum, a, b) sum = __builtin_ia32_vfmaddps512_mask(a, b, sum, WI_IMPL_MASK_16, 4);
#elif defined(__aarch64__) && WI_IMPL_DOUBLE
#define WI_IMPL_FUSED_16(sum, a, b) sum = (vector)vfmaq_f64((float64x2_t)sum, (float64x2_t)a, (float64x2_t)b);
#elif defined(__aarch64__)
#define WI_IMPL_FUSED_16(sum, a, b) sum = (vector)vfmaq_f32((float32x4_t)sum, (float32x4_t)a, (float32x4_t)b);
#endif
#ifdef __wasm__
#define WI_IMPL_EXACT(sum, a, b) sum += (a) * (b);   /* never fused there */
#else
#if WI_IMPL_X86 && defined(__SSE2__)
#define WI_IMPL_EXACT_IN "+x"
#elif defined(__aarch64__)
#define WI_IMPL_EXACT_IN "+w"
#else
#define WI_IMPL_EXACT_IN "+m"
#endif
#define WI_IMPL_EXACT(sum, a, b)                 \
    {                                            \
        vector product = (a) * (b);              \
        __asm__("" : WI_IMPL_EXACT_IN(product)); \
        sum += product;                          \
    }
#endif

/* ---- Eight sums: lanes along k ---------------------------------------------

   In x W^T, rows of x (samples) and of W (units) both run along k. So a vector holds eight neighbours along
   k, lane t being sum t of one element, and nothing need be copied or transposed. One element alone would
   load two vectors for a multiply-add; a TILE of 4 units by 3 samples loads 7 for 12, and its 12 sums are
   enough to keep two multipliers busy that take 4 cycles each:

                                x[j][k..k+8)    x[j+1][k..k+8)    x[j+2][k..k+8)
                                     |                |                 |
       w[i  ][k..k+8)  ------>  [ 8 sums ]  --->  [ 8 sums ]  --->  [ 8 sums ]
       w[i+1][k..k+8)  ------>  [ 8 sums ]  --->  [ 8 sums ]  --->  [ 8 sums ]      lane t: k mod 8 = t
            ...                     ...               ...               ...

   At the end of k the sums of four elements are folded together: halves added (t + 4), then quarters (t + 2),
   then pairs. Where k is no multiple of 8, the last vectors are filled up with zeros: they add 0 to sums that
   never are -0. A long k is cut into blocks, between which the sums rest in memory. With vectors of 128 bits
   a sum of eight has two parts. */

#define WI_IMPL_EIGHT_SUMS 12                            /* of a tile of up to 256 bits, at most */
#define WI_IMPL_EIGHT_SAMPLES 3                          /* and its samples */
#define WI_IMPL_ROOM    (6144 / sizeof(wi_real))         /* numbers of scratch on the stack */

/* Tiles, one after the other: what c [samples][units] becomes by x [samples][k] and w [units][k]. Then they
   move on along the units or along the samples. */
typedef struct wi_impl_eight_job {
    size_t k, tiles, x_row, w_row, c_row, c_col, from_row, from_col;  /* steps in elements */
    const wi_real *x, *w, *from;                               /* from: NULL means 0 */
    wi_real *c, *rest;                                         /* rest[][8]: sums between blocks of k */
    size_t skip;                                               /* the first units of a tile are left alone */
    int first, last;                                           /* is this the first, the last block? */
    size_t x_on, w_on, c_on, from_on, rest_on;                 /* from a tile to the next */
} wi_impl_eight_job;
typedef void wi_impl_eight(size_t units, size_t samples, const wi_impl_eight_job *job);

/* Load the first `left` numbers of a vector, zeros after them. */
#define WI_IMPL_LOAD_ALL(v, from, left) memcpy(&(v), from, sizeof(v));
#define WI_IMPL_LOAD_SOME(v, from, left)                                                     \
    {                                                                                        \
        wi_real padded[sizeof(v) / sizeof(wi_real)] = {0};                                   \
        for (size_t t = 0; t < (left) && t < WI_COUNT(padded); t++) padded[t] = (from)[t];   \
        memcpy(&(v), padded, sizeof(v));                                                     \
    }
/* A mask of the first n lanes of a vector begins n lanes before the middle. */
static const int wi_impl_on[32] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
#if WI_IMPL_X86 && !WI_IMPL_DOUBLE
typedef float wi_impl_octet __attribute__((__vector_size__(32)));
#define WI_IMPL_LOAD_MASKED(v, from, left)                                                   \
    {                                                                                        \
        int mask __attribute__((__vector_size__(32)));                                       \
        memcpy(&mask, wi_impl_on + 16 - (left), sizeof mask);                                \
        v = __builtin_ia32_maskloadps256((const wi_impl_octet *)(const void *)(from), mask); \
    }
#else
#define WI_IMPL_LOAD_MASKED WI_IMPL_LOAD_SOME
#endif

/* Fold the sums of n elements, s[0] to s[n - 1], to results; by shuffles as many as a vector has lanes. */
#define WI_IMPL_FOLD_EACH(to, n, s)                                                          \
    WI_IMPL_UNROLL for (size_t q = 0; q < (n); q++) {                                        \
        wi_real t[8];                                                                        \
        memcpy(t, (s)[q], sizeof t);                                                         \
        (to)[q] = ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));         \
    }
#ifdef WI_IMPL_SHUFFLE
typedef float wi_impl_quad __attribute__((__vector_size__(16)));
#define WI_IMPL_FOLD_32(to, n, s)                                                                  \
    {                                                                                              \
        wi_impl_octet f[8];                                                                        \
        WI_IMPL_UNROLL for (size_t q = 0; q < 8; q++) f[q] = (s)[q % (n)][0];                      \
        WI_IMPL_UNROLL for (size_t q = 0; q < 4; q++)                                              \
            f[q] = WI_IMPL_SHUFFLE(f[q], f[q + 4], 0, 1, 2, 3, 12, 13, 14, 15)                     \
                 + WI_IMPL_SHUFFLE(f[q], f[q + 4], 4, 5, 6, 7, 8, 9, 10, 11);                      \
        WI_IMPL_UNROLL for (size_t q = 0; q < 4; q += 2)                                           \
            f[q] = WI_IMPL_SHUFFLE(f[q], f[q + 1], 0, 1, 10, 11, 4, 5, 14, 15)                     \
                 + WI_IMPL_SHUFFLE(f[q], f[q + 1], 2, 3, 8, 9, 6, 7, 12, 13);                      \
        f[0] = WI_IMPL_SHUFFLE(f[0], f[2], 0, 2, 8, 10, 4, 6, 12, 14)                              \
             + WI_IMPL_SHUFFLE(f[0], f[2], 1, 3, 9, 11, 5, 7, 13, 15);                             \
        memcpy(to, &f[0], sizeof f[0]);                                                            \
    }
#define WI_IMPL_FOLD_16(to, n, s)                                                                  \
    {                                                                                              \
        wi_impl_quad f[4];                                                                         \
        WI_IMPL_UNROLL for (size_t q = 0; q < 4; q++) f[q] = (s)[q % (n)][0] + (s)[q % (n)][1];    \
        WI_IMPL_UNROLL for (size_t q = 0; q < 4; q += 2)                                           \
            f[q] = WI_IMPL_SHUFFLE(f[q], f[q + 1], 0, 1, 4, 5)                                     \
                 + WI_IMPL_SHUFFLE(f[q], f[q + 1], 2, 3, 6, 7);                                    \
        f[0] = WI_IMPL_SHUFFLE(f[0], f[2], 0, 2, 4, 6) + WI_IMPL_SHUFFLE(f[0], f[2], 1, 3, 5, 7);  \
        memcpy(to, &f[0], sizeof f[0]);                                                            \
    }
/* Store the first n of eight lanes. */
#define WI_IMPL_STORE_SOME(to, v, n)                                                               \
    {                                                                                              \
        wi_impl_quad quad = WI_IMPL_SHUFFLE(v, v, 0, 1, 2, 3);                                     \
        if ((n) >= 4) memcpy(to, &quad, sizeof quad), to += 4;                                     \
        if ((n) >= 4) quad = WI_IMPL_SHUFFLE(v, v, 4, 5, 6, 7);                                    \
        if ((n) == 8) memcpy(to, &quad, sizeof quad);                                              \
        if ((n) & 2) to[0] = quad[0], to[1] = quad[1], to += 2;                                    \
        if ((n) & 2) quad = WI_IMPL_SHUFFLE(quad, quad, 2, 3, 2, 3);                               \
        if ((n) & 1) *to = quad[0];                                                                \
    }
#else
#define WI_IMPL_STORE_SOME(to, v, n) for (size_t t = 0; t < (n); t++) (to)[t] = (v)[t];
#define WI_IMPL_FOLD_32 WI_IMPL_FOLD_EACH
#define WI_IMPL_FOLD_16 WI_IMPL_FOLD_EACH
#endif

#define WI_IMPL_EACH_PAIR                                 \
    WI_IMPL_UNROLL for (size_t j = 0; j < samples; j++)   \
        WI_IMPL_UNROLL for (size_t i = 0; i < units; i++)

/* Eight more k for all sums of a tile. */
#define WI_IMPL_EIGHT_STEP(LOAD, MUL_ADD)                                                                    \
    {                                                                                                        \
        WI_IMPL_UNROLL for (size_t j = 0; j < samples; j++)                                                  \
            WI_IMPL_UNROLL for (size_t p = 0; p < parts; p++)                                                \
                LOAD(of_x[j][p], x + j * x_row + p * lanes, left > p * lanes ? left - p * lanes : 0)         \
        WI_IMPL_UNROLL for (size_t i = 0; i < units; i++)                                                    \
            WI_IMPL_UNROLL for (size_t p = 0; p < parts; p++) {                                              \
                vector of_w;                                                                                 \
                LOAD(of_w, w + i * w_row + p * lanes, left > p * lanes ? left - p * lanes : 0)               \
                WI_IMPL_UNROLL for (size_t j = 0; j < samples; j++)                                          \
                    MUL_ADD(sum[j * units + i][p], of_w, of_x[j][p])                                         \
            }                                                                                                \
    }

/* The tile as a template, for a target, vectors of BYTES bytes and a multiply-add. name##_fixed is the tile;
   units and samples are constants wherever it is inlined, so its inner loops unroll and sum[][] becomes
   registers. */
#define WI_IMPL_EIGHT(name, TARGET, BYTES, MUL_ADD, LOAD_TAIL, FOLD, ALL_CASES)                              \
TARGET WI_IMPL_INLINE void name##_fixed(size_t units, size_t samples, const wi_impl_eight_job *job)          \
{                                                                                                            \
    typedef wi_real vector __attribute__((__vector_size__(BYTES)));                                          \
    enum { lanes = BYTES / sizeof(wi_real), parts = 8 / lanes };                                             \
    const size_t x_row = job->x_row, w_row = job->w_row, left = job->k % 8;                                  \
    const wi_real *of_tile = job->w, *of_samples = job->x, *from = job->from;                                \
    wi_real *to = job->c, *rest = job->rest;                                                                 \
    vector sum[WI_IMPL_EIGHT_SUMS][parts];                                                                   \
    vector of_x[WI_IMPL_EIGHT_SAMPLES][parts], zero = {0};                                                   \
    for (size_t tiles = job->tiles; tiles > 0; tiles--) {                                                    \
        const wi_real *x = of_samples, *w = of_tile;                                                         \
        WI_IMPL_EACH_PAIR WI_IMPL_UNROLL for (size_t p = 0; p < parts; p++) sum[j * units + i][p] = zero;    \
        if (!job->first)                                                                                     \
            WI_IMPL_EACH_PAIR memcpy(sum[j * units + i], rest + 8 * (j * units + i), sizeof sum[0]);         \
        else if (from)                                                                                       \
            WI_IMPL_EACH_PAIR sum[j * units + i][0][0] = from[j * job->from_row + i * job->from_col];        \
        for (size_t n = job->k / 8; n > 0; n--, x += 8, w += 8)                                              \
            WI_IMPL_EIGHT_STEP(WI_IMPL_LOAD_ALL, MUL_ADD)                                                    \
        if (left > 0) WI_IMPL_EIGHT_STEP(LOAD_TAIL, MUL_ADD)                                                 \
        if (!job->last)                                                                                      \
            WI_IMPL_EACH_PAIR memcpy(rest + 8 * (j * units + i), sum[j * units + i], sizeof sum[0]);         \
        else {                                                                                               \
            wi_real folded[WI_IMPL_EIGHT_SUMS + 8];                                                          \
            WI_IMPL_UNROLL for (size_t e = 0; e < samples * units; e += lanes)                               \
                FOLD(folded + e, samples * units - e < 8 / parts ? samples * units - e : 8 / parts, sum + e) \
            if (job->skip > 0)                                                                               \
                for (size_t e = 0; e < samples * units; e++) {                                               \
                    if (e % units >= job->skip)                                                              \
                        to[e / units * job->c_row + e % units * job->c_col] = folded[e];                     \
                }                                                                                            \
            else if (job->c_col == 1) WI_IMPL_UNROLL for (size_t j = 0; j < samples; j++)                    \
                memcpy(to + j * job->c_row, folded + j * units, units * sizeof *to);                         \
            else WI_IMPL_EACH_PAIR to[j * job->c_row + i * job->c_col] = folded[j * units + i];              \
        }                                                                                                    \
        of_samples += job->x_on;                                                                             \
        of_tile += job->w_on;                                                                                \
        to += job->c_on;                                                                                     \
        if (rest) rest += job->rest_on;                                                                      \
        if (from) from += job->from_on;                                                                      \
    }                                                                                                        \
}                                                                                                            \
TARGET static void name(size_t units, size_t samples, const wi_impl_eight_job *job)                          \
{                                                                                                            \
    switch (4 * units + samples) { ALL_CASES(name) }                                                         \
}
#define WI_IMPL_EIGHT_CASE(name, U, S) case 4 * U + S: name##_fixed(U, S, job); break;
#define WI_IMPL_EIGHT_4_1(name) WI_IMPL_EIGHT_CASE(name, 1, 1) WI_IMPL_EIGHT_CASE(name, 4, 1)
#define WI_IMPL_EIGHT_4_3(name) \
    WI_IMPL_EIGHT_4_1(name) WI_IMPL_EIGHT_CASE(name, 4, 2) WI_IMPL_EIGHT_CASE(name, 4, 3)

#if WI_IMPL_X86
WI_IMPL_EIGHT(wi_impl_eight_256, WI_IMPL_AVX2, 32, WI_IMPL_FUSED_32, WI_IMPL_LOAD_MASKED, WI_IMPL_FOLD_32,
              WI_IMPL_EIGHT_4_3)
WI_IMPL_EIGHT(wi_impl_eight_exact, WI_IMPL_RARE, 16, WI_IMPL_EXACT, WI_IMPL_LOAD_SOME, WI_IMPL_FOLD_16,
              WI_IMPL_EIGHT_4_1)
#ifdef WI_IMPL_SHUFFLE
/* With 512 bits, a vector holds the sums of two units, which meet a sample in both of its halves. A tile of
   8 units by 6 samples loads 14 vectors for 24 multiply-adds, so that loads keep up with multipliers that are
   as wide as a vector. */
#define WI_IMPL_EIGHT_UNITS 8
#ifdef __clang__
#define WI_IMPL_TWO(low, high) \
    WI_IMPL_SHUFFLE(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#define WI_IMPL_TWICE(v) WI_IMPL_TWO(v, v)
#else   /* gcc makes more of that than one instruction */
#define WI_IMPL_TWO(low, high) \
    __builtin_ia32_insertf32x8_mask(__builtin_ia32_ps512_256ps(low), high, 1, zero, (unsigned short)-1)
#define WI_IMPL_TWICE(v) __builtin_ia32_broadcastf32x8_512_mask(v, zero, (unsigned short)-1)
#endif
/* Numbers i and i + 1 of a vector, each the first of eight. */
#define WI_IMPL_FIRST_OF_8(v, i) \
    WI_IMPL_SHUFFLE(v, zero, i, 16, 16, 16, 16, 16, 16, 16, (i) + 1, 16, 16, 16, 16, 16, 16, 16)
/* Every second quarter of two vectors, from number i on. */
#define WI_IMPL_QUARTERS(u, v, i)                                                                            \
    WI_IMPL_SHUFFLE(u, v, i, (i) + 1, (i) + 2, (i) + 3, (i) + 8, (i) + 9, (i) + 10, (i) + 11,                \
                    (i) + 16, (i) + 17, (i) + 18, (i) + 19, (i) + 24, (i) + 25, (i) + 26, (i) + 27)
#define WI_IMPL_WIDE_STEP(LOAD)                                                                              \
    {                                                                                                        \
        vector of_w[4], of_x;                                                                                \
        WI_IMPL_UNROLL for (size_t i = 0; i < 4; i++) {                                                      \
            LOAD(low, w + 2 * i * w_row, left)                                                               \
            LOAD(high, w + (2 * i + 1) * w_row, left)                                                        \
            of_w[i] = WI_IMPL_TWO(low, high);                                                                \
        }                                                                                                    \
        WI_IMPL_UNROLL for (size_t j = 0; j < samples; j++) {                                                \
            LOAD(low, x + j * x_row, left)                                                                   \
            of_x = WI_IMPL_TWICE(low);                                                                       \
            WI_IMPL_UNROLL for (size_t i = 0; i < 4; i++) WI_IMPL_FUSED_64(sum[j][i], of_w[i], of_x)         \
        }                                                                                                    \
    }

/* The tile: elements[samples][8 units] become what starts from them; or sums come from rest, or go there. */
WI_IMPL_AVX512 WI_IMPL_INLINE void wi_impl_eight_wide(size_t samples, const wi_impl_eight_job *job,
                                                      const wi_real *x, const wi_real *w, wi_real *rest,
                                                      wi_real *elements)
{
    typedef float vector __attribute__((__vector_size__(64)));
    const size_t x_row = job->x_row, w_row = job->w_row, left = job->k % 8;
    const vector zero = {0};
    wi_impl_octet low, high;
    vector sum[6][4];
    WI_IMPL_UNROLL for (size_t j = 0; j < samples; j++) {
        memcpy(&low, elements + 8 * j, sizeof low);
        const vector start = WI_IMPL_TWICE(low);
        sum[j][0] = WI_IMPL_FIRST_OF_8(start, 0);
        sum[j][1] = WI_IMPL_FIRST_OF_8(start, 2);
        sum[j][2] = WI_IMPL_FIRST_OF_8(start, 4);
        sum[j][3] = WI_IMPL_FIRST_OF_8(start, 6);
    }
    if (!job->first)
        WI_IMPL_UNROLL for (size_t e = 0; e < 4 * samples; e++)
            memcpy(&sum[e / 4][e % 4], rest + 16 * e, sizeof zero);
    for (size_t n = job->k / 8; n > 0; n--, x += 8, w += 8) WI_IMPL_WIDE_STEP(WI_IMPL_LOAD_ALL)
    if (left > 0) WI_IMPL_WIDE_STEP(WI_IMPL_LOAD_MASKED)
    if (!job->last)
        WI_IMPL_UNROLL for (size_t e = 0; e < 4 * samples; e++)
            memcpy(rest + 16 * e, &sum[e / 4][e % 4], sizeof zero);
    else WI_IMPL_UNROLL for (size_t j = 0; j < samples; j++) {
        vector u = WI_IMPL_QUARTERS(sum[j][0], sum[j][1], 0) + WI_IMPL_QUARTERS(sum[j][0], sum[j][1], 4);
        vector v = WI_IMPL_QUARTERS(sum[j][2], sum[j][3], 0) + WI_IMPL_QUARTERS(sum[j][2], sum[j][3], 4);
        u = WI_IMPL_SHUFFLE(u, v, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
          + WI_IMPL_SHUFFLE(u, v, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
        u += WI_IMPL_SHUFFLE(u, u, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
        low = WI_IMPL_SHUFFLE(u, u, 0, 4, 8, 12, 2, 6, 10, 14);
        memcpy(elements + 8 * j, &low, sizeof low);
    }
}

/* Tiles of 8 units by 6 or 4 samples, one after the other. */
WI_IMPL_AVX512 static void wi_impl_eight_tiles(int six, const wi_impl_eight_job *job)
{
    const size_t samples = six ? 6 : 4;
    const wi_real *x = job->x, *w = job->w, *from = job->first ? job->from : NULL;
    wi_real *to = job->c, *rest = job->rest;
    for (size_t tiles = job->tiles; tiles > 0; tiles--) {
        wi_real elements[48] = {0};
        for (size_t j = 0; from && j < samples; j++) {
            const wi_real *y = from + j * job->from_row;
            if (job->from_col == 1) memcpy(elements + 8 * j, y, 8 * sizeof *y);
            else for (size_t i = 0; i < 8; i++) elements[8 * j + i] = y[i * job->from_col];
        }
        if (six) wi_impl_eight_wide(6, job, x, w, rest, elements);
        else wi_impl_eight_wide(4, job, x, w, rest, elements);
        for (size_t j = 0; job->last && j < samples; j++) {
            wi_real *y = to + j * job->c_row;
            if (job->c_col == 1 && job->skip == 0) memcpy(y, elements + 8 * j, 8 * sizeof *y);
            else if (job->skip == 0)
                WI_IMPL_UNROLL for (size_t i = 0; i < 8; i++) y[i * job->c_col] = elements[8 * j + i];
            else for (size_t i = job->skip; i < 8; i++) y[i * job->c_col] = elements[8 * j + i];
        }
        x += job->x_on;
        w += job->w_on;
        to += job->c_on;
        if (rest) rest += job->rest_on;
        if (from) from += job->from_on;
    }
}

/* Tiles of any size; fewer units or samples are left to 256 bits. */
static void wi_impl_eight_512(size_t units, size_t samples, const wi_impl_eight_job *job)
{
    if (units < 8) wi_impl_eight_256(units, samples, job);
    else if (samples >= 4) wi_impl_eight_tiles(samples == 6, job);
    else {
        wi_impl_eight_job half = *job;
        wi_impl_eight_256(4, samples, &half);
        half.w += 4 * half.w_row;
        half.c += 4 * half.c_col;
        half.skip = half.skip < 4 ? 0 : half.skip - 4;
        if (half.from) half.from += 4 * half.from_col;
        half.rest += 32 * samples;
        wi_impl_eight_256(4, samples, &half);
    }
}
#else
#define wi_impl_eight_512 wi_impl_eight_256
#define WI_IMPL_EIGHT_UNITS 4
#endif
#else
#if defined(WI_IMPL_FUSED_16)
WI_IMPL_EIGHT(wi_impl_eight_128, , 16, WI_IMPL_FUSED_16, WI_IMPL_LOAD_SOME, WI_IMPL_FOLD_16,
              WI_IMPL_EIGHT_4_3)
#endif
WI_IMPL_EIGHT(wi_impl_eight_exact, , 16, WI_IMPL_EXACT, WI_IMPL_LOAD_SOME, WI_IMPL_FOLD_16, WI_IMPL_EIGHT_4_1)
#endif

/* ---- Ascending sums: lanes along the columns --------------------------------

   Where b has its columns side by side, as W has in dx = dpre W, a lane of a vector is a column of the
   output, and k ascends. Again a whole TILE is kept in registers while k runs: R rows by 2 vectors of L
   lanes. Each step of k loads 2 vectors of b and R single numbers of a, for 2 R vector multiply-adds:

                            b[k][j .. j+L)    b[k][j+L .. j+2L)     two vector loads
                                  |                  |
         a[i  ][k] ------->  [ sum 0,0 ] ------> [ sum 0,1 ]
         a[i+1][k] ------->  [ sum 1,0 ] ------> [ sum 1,1 ]        each a is copied to all lanes;
             ...                 ...                 ...            sum += a * b, lane by lane
         a[i+R-1][k] ----->  [ sum R-1,0 ] ----> [ sum R-1,1 ]

   R = 8 keeps AVX-512 busy, R = 6 fills the 16 registers of AVX2 and SSE (12 sums, 2 of b, 1 of a). Where
   columns are left over, the two vectors of a tile overlap: the columns in both are computed twice, to the
   same bits, and nothing need be masked or padded. Where at most a vector is left over, both are that one, or
   there is no second; if it is not full, it overlaps the tile before and leaves its columns as they are. Such
   tiles of less than 8 rows, and one row or two or an odd number, do as well with 256 bits. A row alone has
   too few sums to keep multipliers busy, so it takes 8 vectors where there are as many. */

#define WI_IMPL_TILE_ROWS 8   /* the most rows of any tile */

/* A row of tiles: what c [rows][strips (second + L)] becomes by a [rows][k] and
   b [k][strips (second + L)]. */
typedef struct wi_impl_job {
    size_t k, strips, second;              /* second: columns from a tile's first vector to its second */
    size_t skip;                           /* the first columns of a tile's only vector are left alone */
    const wi_real *a, *b, *from, *scale;   /* with a scale, from is 0 */
    wi_real *c;
    size_t a_row, c_row, from_row;         /* steps in elements; rows of b, c and from are dense */
    size_t from_on;                        /* 1: from has all columns; 0: as many as a tile, for every tile */
    const wi_impl_stride *steps;           /* from k to k + 1: walking, a table, else one for all */
    size_t walk;
} wi_impl_job;
typedef void wi_impl_tile(size_t rows, const wi_impl_job *job);
static const wi_real wi_impl_zeros[256 / sizeof(wi_real)] = {0};   /* a tile's `from` where there is none */

/* Store a vector, but leave what its first lanes would overwrite. */
#define WI_IMPL_STORE_LATE(to, v, skip)                                                                      \
    {                                                                                                        \
        typedef int bits __attribute__((__vector_size__(sizeof(v))));                                        \
        bits kept, old, now;                                                                                 \
        memcpy(&kept, wi_impl_on + 16 - (skip) * sizeof(wi_real) / sizeof(int), sizeof kept);                \
        memcpy(&old, to, sizeof old);                                                                        \
        memcpy(&now, &(v), sizeof now);                                                                      \
        now = (old & kept) | (now & ~kept);                                                                  \
        memcpy(to, &now, sizeof now);                                                                        \
    }

#define WI_IMPL_EACH_SUM(at, first, row)                                                             \
    WI_IMPL_UNROLL for (size_t v = 0; v < across; v++)                                               \
        WI_IMPL_UNROLL for (size_t i = (at = (first) + v * second, 0); i < rows; i++, at += (row))

/* The tile as a template, as above. Rows of a are reached from every third one, which x86 can address with
   two registers; those of out, which are needed once, from the one before. */
#define WI_IMPL_TILE(name, TARGET, BYTES, MUL_ADD, ALL_CASES, STEPS)                                         \
TARGET WI_IMPL_INLINE void name##_fixed(size_t rows, size_t across, int steps, const wi_impl_job *job)       \
{                                                                                                            \
    typedef wi_real vector __attribute__((__vector_size__(BYTES)));                                          \
    const size_t second = job->second, width = (across - 1) * second + BYTES / sizeof(wi_real);              \
    const size_t a_row = job->a_row, c_row = job->c_row, from_row = job->from_row;                           \
    const size_t walk = job->walk, skip = job->skip;                                                         \
    const wi_impl_stride *on, even = *job->steps;                                                            \
    vector sum[2 * WI_IMPL_TILE_ROWS], of_b[8], zero = {0};                                                  \
    const wi_real *x[WI_IMPL_TILE_ROWS], *b = job->b, *from = job->from, *y;                                 \
    wi_real *c = job->c, *to;                                                                                \
    for (size_t strips = job->strips; strips > 0; strips--, b += width, c += width) {                        \
        WI_IMPL_UNROLL for (size_t i = 0; i < rows; i += 3) x[i / 3] = job->a + i * a_row;                   \
        WI_IMPL_EACH_SUM(y, from, from_row) memcpy(&sum[i * across + v], y, BYTES);                          \
        from += job->from_on * width;                                                                        \
        y = b;                                                                                               \
        on = job->steps;                                                                                     \
        for (size_t n = job->k; n > 0; n--, y += steps ? on->b : even.b, on += walk) {                       \
            WI_IMPL_UNROLL for (size_t v = 0; v < across; v++) memcpy(&of_b[v], y + v * second, BYTES);      \
            WI_IMPL_UNROLL for (size_t i = 0; i < rows; i++) {                                               \
                vector all = x[i / 3][i % 3 * a_row] - zero;                                                 \
                WI_IMPL_UNROLL for (size_t v = 0; v < across; v++) MUL_ADD(sum[i * across + v], all, of_b[v])\
            }                                                                                                \
            WI_IMPL_UNROLL for (size_t i = 0; i < rows; i += 3) x[i / 3] += steps ? on->a : even.a;          \
        }                                                                                                    \
        if (job->scale) {                                                                                    \
            vector scale = *job->scale - zero;                                                               \
            WI_IMPL_EACH_SUM(to, c, c_row) {                                                                 \
                memcpy(&of_b[0], to, BYTES);                                                                 \
                MUL_ADD(of_b[0], scale, sum[i * across + v])                                                 \
                sum[i * across + v] = of_b[0];                                                               \
            }                                                                                                \
        }                                                                                                    \
        if ((steps && BYTES > 16) || skip == 0)                                                              \
            WI_IMPL_EACH_SUM(to, c, c_row) memcpy(to, &sum[i * across + v], BYTES);                          \
        else WI_IMPL_UNROLL for (size_t i = 0; i < rows; i++)                                                \
            WI_IMPL_STORE_LATE(c + i * c_row, sum[i * across], skip)                                         \
    }                                                                                                        \
}                                                                                                            \
TARGET static WI_IMPL_APART void name(size_t rows, const wi_impl_job *job)                                   \
{                                                                                                            \
    switch (rows) { ALL_CASES(name, STEPS) }                                                                 \
}
#define WI_IMPL_TILE_WALK(name, TARGET, ALL_CASES)                                                           \
TARGET static WI_IMPL_APART void name##_walk(size_t rows, const wi_impl_job *job)                            \
{                                                                                                            \
    switch (rows) { ALL_CASES(name, 1) }                                                                     \
}
#define WI_IMPL_CASE(name, R, W) case R: name##_fixed(R, 2, W, job); break;
#define WI_IMPL_CASES_8(name, W) \
    WI_IMPL_CASE(name, 4, W) WI_IMPL_CASE(name, 6, W) \
    case 8: if (job->second) name##_fixed(8, 2, W, job); else name##_fixed(8, 1, 0, job); break;
#define WI_IMPL_CASES_3(name, W)  /* the fewer heights, the less to compile */ \
    WI_IMPL_CASE(name, 1, W) WI_IMPL_CASE(name, 2, W) WI_IMPL_CASE(name, 6, W)
#define WI_IMPL_CASES_4(name, W) WI_IMPL_CASES_3(name, W) WI_IMPL_CASE(name, 4, W)
#define WI_IMPL_CASES_5(name, W) WI_IMPL_CASES_4(name, W) WI_IMPL_CASE(name, 5, W) \
    case 0: name##_fixed(1, 8, W, job); break;

/* A product so small that tiles are not worth setting up: by the reference, or on x86 with masked vectors.
   Ascending sums: a row of out after the other, of at most 8 columns, as one vector. Eight sums: element by
   element. */
#if WI_IMPL_X86 && !WI_IMPL_DOUBLE
#define WI_IMPL_FEW 600   /* multiply-adds */
#define WI_IMPL_FEW_COLUMNS 8
#define WI_IMPL_FEW_TERMS 32  /* of fewer columns: a tile of one vector is copied, which takes longer */
#define WI_IMPL_FEW_EIGHT 8   /* vectors that eight sums read of either side */
WI_IMPL_AVX2 static void wi_impl_gemm_few_eight(const wi_impl_product *p)
{
    typedef float vector __attribute__((__vector_size__(32)));
    const vector zero = {0};
    for (size_t i = 0; i < p->out->rows; i++) {
        for (size_t j = 0; j < p->out->cols; j++) {
            const wi_real *x = wi_mat_at(*p->a, i, 0), *w = wi_mat_at(*p->b, 0, j);
            vector sum[1][1] = {{zero}}, of_x, of_w;
            wi_real folded[8];
            if (p->from->data) sum[0][0][0] = *wi_mat_at(*p->from, i, j);
            for (size_t k = p->a->cols, n; k > 0; k -= n, x += n, w += n) {
                n = k < 8 ? k : 8;
                WI_IMPL_LOAD_MASKED(of_x, x, n)
                WI_IMPL_LOAD_MASKED(of_w, w, n)
                WI_IMPL_FUSED_32(sum[0][0], of_w, of_x)
            }
            WI_IMPL_FOLD_32(folded, 1, sum)
            *wi_mat_at(*p->out, i, j) = folded[0];
        }
    }
}

/* A row of ascending sums: c = from + x y, x [n], y [n][cols]; or, with a scale, from + scale (x y). Returns
   another beside them: start + x 1. */
WI_IMPL_AVX2 WI_IMPL_INLINE wi_real wi_impl_few_row(wi_real *c, const wi_real *from, const wi_real *scale,
                                                    const wi_real *x, size_t x_step, const wi_real *y,
                                                    size_t y_step, size_t n, size_t cols, wi_real start)
{
    typedef float vector __attribute__((__vector_size__(32)));
    vector zero = {0}, before = zero, sum, of_x, of_y, beside = start - zero;
    if (from) WI_IMPL_LOAD_MASKED(before, from, cols)
    sum = scale ? zero : before;
    for (; n > 0; n--, x += x_step, y += y_step) {
        of_x = *x - zero;
        WI_IMPL_LOAD_MASKED(of_y, y, cols)
        WI_IMPL_FUSED_32(sum, of_x, of_y)
        beside += of_x;
    }
    if (scale) WI_IMPL_FUSED_32(before, *scale - zero, sum)
    if (scale) sum = before;
    WI_IMPL_STORE_SOME(c, sum, cols)
    return beside[0];
}

WI_IMPL_AVX2 static void wi_impl_gemm_few(const wi_impl_product *p)
{
    const wi_mat out = *p->out, from = *p->from, a = *p->a, b = *p->b;
    for (size_t i = 0; i < out.rows; i++)
        wi_impl_few_row(out.data + i * out.row_step, from.data ? from.data + i * from.row_step : NULL,
                        p->how.scale, a.data + i * a.row_step, a.col_step, b.data, b.row_step, a.cols,
                        out.cols, 0);
}
#else
#define WI_IMPL_FEW 200
#define WI_IMPL_FEW_COLUMNS SIZE_MAX
#define WI_IMPL_FEW_TERMS 0
#define WI_IMPL_FEW_EIGHT 0
static void wi_impl_gemm_few_eight(const wi_impl_product *p) { wi_impl_gemm_loops(1, p); }
static void wi_impl_gemm_few(const wi_impl_product *p) { wi_impl_gemm_loops(1, p); }
#endif

#if WI_IMPL_X86
WI_IMPL_TILE(wi_impl_tile_512, WI_IMPL_AVX512, 64, WI_IMPL_FUSED_64, WI_IMPL_CASES_8, 1)
WI_IMPL_TILE(wi_impl_tile_256, WI_IMPL_AVX2, 32, WI_IMPL_FUSED_32, WI_IMPL_CASES_5, 0)
WI_IMPL_TILE_WALK(wi_impl_tile_256, WI_IMPL_AVX2, WI_IMPL_CASES_4)
#elif defined(WI_IMPL_FUSED_16)
WI_IMPL_TILE(wi_impl_tile_128, , 16, WI_IMPL_FUSED_16, WI_IMPL_CASES_5, 0)
WI_IMPL_TILE_WALK(wi_impl_tile_128, , WI_IMPL_CASES_4)
#endif
WI_IMPL_TILE(wi_impl_tile_exact, , 16, WI_IMPL_EXACT, WI_IMPL_CASES_3, 1)

/* ---- The product, cut to size ---------------------------------------------

   What is read again and again has to stay in a cache. k is cut into blocks, and out into rows of tiles; its
   longer side is shared out among threads. Where rows of b are not dense, or many and met by many rows of a,
   a strip of b is copied together: rows that lie 4 KB apart would push each other out of the first cache.
   Nothing of this changes a bit. */

#define WI_IMPL_L1 (16384 / sizeof(wi_real))   /* numbers that fit in half of the first cache */
#define WI_IMPL_L2 (393216 / sizeof(wi_real))  /* and in a part of the second that stays ours */
#define WI_IMPL_LARGE 1e8                      /* multiply-adds of a product that may borrow room */
#define WI_IMPL_GAP 16                         /* numbers between rows of a copy there */
#define WI_IMPL_EIGHT_DEEP (WI_IMPL_L1 / 4)    /* of a row, where four are met by all samples of a group */
#define WI_IMPL_EIGHT_CUT  (WI_IMPL_L1 / 8)    /* where more than that is cut, and there is room */
#define WI_IMPL_EIGHT_GROUP 192                /* with room: samples of a group, which are copied, at most, */
#define WI_IMPL_EIGHT_REST 64                  /* and units whose sums rest there */
#define WI_IMPL_WIDE (256 / sizeof(wi_real))   /* columns of a strip of b that is copied together, at most */
#ifdef __wasm__
#define WI_IMPL_DEEP 24                       /* rows of it, more where it is less wide: the stack is small */
#else
#define WI_IMPL_DEEP 128
#endif
#define WI_IMPL_FEW_ROWS 256                   /* fewer rows of a or of b are not worth the copying */

/* The tiles of a width and their limits. */
typedef struct wi_impl_kernel {
    wi_impl_tile *tile, *walk;
    wi_impl_eight *eight;
    size_t rows, lanes;      /* tile: at most rows x 2 lanes */
    size_t wide;             /* columns of a strip of b that is copied together: it fits in the first cache */
    size_t units, samples;   /* eight: of a tile, and that go along all of them, at most */
} wi_impl_kernel;

static const wi_impl_kernel wi_impl_exact = {wi_impl_tile_exact, wi_impl_tile_exact, wi_impl_eight_exact,
                                             6, 16 / sizeof(wi_real), WI_IMPL_WIDE * 3 / 4, 4, 1};
#if WI_IMPL_X86
static const wi_impl_kernel wi_impl_avx2 = {wi_impl_tile_256, wi_impl_tile_256_walk, wi_impl_eight_256,
                                            6, 32 / sizeof(wi_real), WI_IMPL_WIDE * 3 / 4, 4, 3};
static const wi_impl_kernel wi_impl_avx512 = {wi_impl_tile_512, wi_impl_tile_512, wi_impl_eight_512,
                                              8, 64 / sizeof(wi_real), WI_IMPL_WIDE, WI_IMPL_EIGHT_UNITS,
                                              WI_IMPL_EIGHT_UNITS == 8 ? 4 : 3};
#elif defined(WI_IMPL_FUSED_16)
static const wi_impl_kernel wi_impl_neon = {wi_impl_tile_128, wi_impl_tile_128_walk, wi_impl_eight_128,
                                            6, 16 / sizeof(wi_real), WI_IMPL_WIDE * 3 / 4, 4, 3};
#endif

static const wi_impl_kernel *wi_impl_kernel_of(int bits, int fused)
{
#if WI_IMPL_X86
    if (fused) return bits == 512 ? &wi_impl_avx512 : &wi_impl_avx2;
#elif defined(WI_IMPL_FUSED_16)
    if (fused) return &wi_impl_neon;
#endif
    (void)bits;
    (void)fused;
    return &wi_impl_exact;
}

/* The size of the next part if `left` are left and a part has at most `most`. The last two share evenly, so
   that 10 are 4 + 3 + 3 and not 4 + 4 + 2. */
static size_t wi_impl_even(size_t left, size_t most)
{
    return left >= 2 * most ? most : left <= most ? left : (left + 1) / 2;
}

/* The steps of a job, and no tile yet; units run along the side of out that is dense in memory. */
static wi_impl_eight_job wi_impl_eight_job_of(const wi_impl_product *p)
{
    wi_impl_eight_job job = {p->a->cols, 1, p->a->row_step, p->b->col_step, p->out->row_step,
                             p->out->col_step, p->from->row_step, p->from->col_step, p->a->data, p->b->data,
                             p->from->data, p->out->data, NULL, 0, 1, 1, 0, 0, 0, 0, 0};
    return job;
}

/* As few samples as one tile holds, and k not cut: they go along all tiles. Where fewer units are left than a
   tile has, it overlaps the one before. */
static void wi_impl_eight_few(const wi_impl_product *p, const wi_impl_kernel *kernel)
{
    wi_impl_eight_job job = wi_impl_eight_job_of(p);
    const size_t all = p->out->cols, units = all < 4 ? 1 : p->out->rows < 4 ? 4 : 8;
    for (size_t i = 0; i < all; i += job.tiles * units) {
        job.skip = all - i < units ? units - (all - i) : 0;
        i -= job.skip;
        job.tiles = (all - i) / units;
        job.w = wi_mat_at(*p->b, 0, i);
        job.c = wi_mat_at(*p->out, 0, i);
        if (job.from) job.from = wi_mat_at(*p->from, 0, i);
        job.w_on = units * job.w_row;
        job.c_on = units * job.c_col;
        job.from_on = units * job.from_col;
        kernel->eight(units, p->out->rows, &job);
    }
}

/* to = from, or 0 where from does not reach. */
static WI_IMPL_APART void wi_impl_copy_padded(const wi_mat *to, const wi_mat *from)
{
    const int dense = from->data && from->col_step == 1 && to->col_step == 1 && to->cols == from->cols;
    for (size_t i = 0; i < to->rows; i++) {
        wi_real *y = to->data + i * to->row_step;
        const wi_real *x = from->data ? from->data + i * from->row_step : NULL;
        if (dense) memcpy(y, x, to->cols * sizeof *y);
        else for (size_t j = 0; j < to->cols; j++)
            y[j * to->col_step] = x && j < from->cols ? x[j * from->col_step] : 0;
    }
}

/* All samples of a group pass by the units of a tile, for a block of k. */
static void wi_impl_eight_pass(wi_impl_eight_job *job, size_t units, size_t group,
                               const wi_impl_kernel *kernel)
{
    const size_t most = units == 1 ? 1 : units == 8 ? 6 : wi_impl_min(kernel->samples, 3);
    for (size_t left = group, samples; left > 0; left -= samples) {
        samples = wi_impl_min(left, left < most ? 4 : most);
        job->tiles = left / samples;
        job->x_on = samples * job->x_row;
        job->c_on = samples * job->c_row;
        job->rest_on = 8 * units * samples;
        job->from_on = samples * job->from_row;
        kernel->eight(units, samples, job);
        samples *= job->tiles;
        job->x += job->tiles * job->x_on;
        job->c += job->tiles * job->c_on;
        if (job->rest) job->rest += job->tiles * job->rest_on;
        if (job->from) job->from += job->tiles * job->from_on;
    }
}

/* The units of one tile, by which all samples pass: also samples turned units, by which weights pass. */
static void wi_impl_eight_tile(const wi_impl_product *p, const wi_impl_kernel *kernel)
{
    wi_impl_eight_job job = wi_impl_eight_job_of(p);
    wi_impl_eight_pass(&job, p->out->cols, p->out->rows, kernel);
}

/* Many samples: a tile's rows of w stay in the first cache while all samples of a group, which stay in the
   second, pass by. Without room, the sums of one tile rest between blocks of k; with room, those of many, and
   samples are copied there, block after block, since rows 4 KB apart would push each other out. */
static void wi_impl_gemm_eight(const wi_impl_product *p, const wi_impl_kernel *kernel)
{
    wi_real little[WI_IMPL_ROOM], *room = p->how.room;
    wi_real *samples = room ? room + 8 * WI_IMPL_EIGHT_GROUP * WI_IMPL_EIGHT_REST : NULL;
    const wi_mat out = *p->out, from = *p->from, x = *p->a, w = wi_mat_transpose(*p->b);
    const size_t units = out.cols < 4 ? 1 : out.cols < 8 ? 4 : kernel->units;
    const size_t k = x.cols, cut = room && k > WI_IMPL_EIGHT_DEEP ? WI_IMPL_EIGHT_CUT : WI_IMPL_EIGHT_DEEP;
    const size_t blocks = (k - 1) / cut + 1, depth = blocks == 1 ? k : (k / 8 + blocks - 1) / blocks * 8;
    const size_t deep = room ? depth : k;
    size_t most = room ? WI_IMPL_EIGHT_GROUP : blocks > 1 ? WI_IMPL_ROOM / 8 / units : out.rows;
    if (most * deep > WI_IMPL_L2) most = WI_IMPL_L2 / deep > 12 ? WI_IMPL_L2 / deep / 6 * 6 : 12;
    const size_t tiles = room ? WI_IMPL_EIGHT_REST : units;
    wi_impl_eight_job job = wi_impl_eight_job_of(p);
    for (size_t j = 0, group; j < out.rows; j += group) {
        group = wi_impl_even(out.rows - j, most);
        for (size_t i = 0; i < out.cols; i += tiles) {
            for (size_t first = 0; first < k; first += depth) {
                wi_mat part = wi_impl_part(x, j, first, group, wi_impl_min(depth, k - first));
                if (room) {
                    wi_mat copy = wi_mat_view(samples + group * (first + first / depth * WI_IMPL_GAP), group,
                                              part.cols);
                    copy.row_step = job.x_row = depth + WI_IMPL_GAP;
                    if (i == 0) wi_impl_copy_padded(&copy, &part);
                    part = copy;
                }
                job.k = part.cols;
                job.first = first == 0;
                job.last = k - first <= depth;
                for (size_t u = 0; u < tiles && i + u < out.cols; u += units) {
                    const size_t at = wi_impl_min(i + u, out.cols - units);
                    job.skip = i + u - at;
                    job.rest = room ? room + u * group * 8 : little;
                    job.x = part.data;
                    job.w = wi_mat_at(w, at, first);
                    job.c = wi_mat_at(out, j, at);
                    job.from = from.data ? wi_mat_at(from, j, at) : NULL;
                    wi_impl_eight_pass(&job, units, group, kernel);
                }
            }
        }
    }
}

/* Rows of the next tile: an even share, and an even number; where that leaves one over, 5 or 1 are first.
   Exact sums, which are rarely so few, have three heights. */
static size_t wi_impl_tile_rows(const wi_impl_product *p, size_t left, const wi_impl_kernel *kernel)
{
    if (kernel == &wi_impl_exact) return left < 2 ? 1 : left < 6 ? 2 : 6;
    return left % 2 ? (left < 5 || p->how.steps ? 1 : 5) : 2 * wi_impl_even(left / 2, kernel->rows / 2);
}

/* Rows i to i + rows of out, tile by tile from the last to the first: the forward pass after a step begins
   with weights that are still in the cache. Columns are dense in b, out and from, and at least as many as
   lanes: whole pairs of vectors, then a tile whose vectors overlap, or less than a vector. What 512 bits
   leave to 256, whose tiles are less high, is that, and heights of which they have none. */
static void wi_impl_tile_row(const wi_impl_product *p, size_t i, size_t rows, const wi_impl_kernel *kernel)
{
    const wi_mat *out = p->out, *from = p->from, *a = p->a, *b = p->b;
    const wi_impl_stride even = {(ptrdiff_t)a->col_step, (ptrdiff_t)b->row_step}, *steps = p->how.steps;
    const int starts = from->data && !p->how.scale;
    wi_impl_job job = {a->cols, 1, 0, 0, NULL, NULL, wi_impl_zeros, p->how.scale, NULL, a->row_step,
                       out->row_step, starts ? from->row_step : 0, starts && !steps, steps ? steps : &even,
                       steps != NULL};
    for (size_t j = 0, width; j < out->cols; j += job.strips * width) {
        const size_t left = out->cols - j;
#if WI_IMPL_X86
        const int narrow = rows < 4 || rows % 2 || (left <= kernel->lanes && (rows < 8 || steps));
        if (kernel == &wi_impl_avx512 && narrow) kernel = &wi_impl_avx2;
#endif
        const size_t lanes = kernel->lanes;
        const int wide = rows == 1 && left >= 8 * lanes && !steps && kernel != &wi_impl_exact;
        const size_t vectors = wide ? 8 : 2, whole = left / (vectors * lanes);
        job.skip = left < lanes ? lanes - left : 0;
        j -= job.skip;
        width = whole > 0 ? vectors * lanes : left + job.skip;
        job.strips = whole > 0 ? whole : 1;
        job.second = wide ? lanes : width - lanes;
        job.b = b->data + j;
        for (size_t t = i + rows, n; t > i;) {
            n = wi_impl_tile_rows(p, t - i, kernel);
            t -= n;
            job.a = a->data + t * a->row_step;
            job.c = out->data + t * out->row_step + j;
            if (starts) job.from = from->data + t * from->row_step + j * job.from_on;
            (job.walk ? kernel->walk : kernel->tile)(wide ? 0 : n, &job);
        }
    }
}

/* Is every row of a view dense? Of all that has columns of out? */
static int wi_impl_dense(const wi_mat *m) { return !m->data || m->col_step == 1; }
static int wi_impl_all_dense(const wi_impl_product *p)
{
    return p->out->cols == 1 || (wi_impl_dense(p->out) && wi_impl_dense(p->from) && wi_impl_dense(p->b));
}

/* Sums that are not dense, or narrower than a tile, go through a copy. */
static WI_IMPL_APART void wi_impl_tile_copied(const wi_impl_product *p, size_t i, size_t rows,
                                              const wi_impl_kernel *kernel)
{
    wi_real room[WI_IMPL_TILE_ROWS * WI_IMPL_WIDE];
    wi_mat sums = wi_mat_view(room, rows, p->b->cols), a = wi_mat_rows(*p->a, i, rows);
    const wi_mat from = wi_mat_rows(*p->from, i, rows), out = wi_mat_rows(*p->out, i, rows);
    const wi_impl_product own = {&sums, &sums, &a, p->b, p->how};
    wi_impl_copy_padded(&sums, &from);
    wi_impl_tile_row(&own, 0, rows, kernel);
    sums.cols = out.cols;
    wi_impl_copy_padded(&out, &sums);
}

/* All rows of tiles for a strip of b, which is wider than out if it was filled up. Those of full height,
   whatever is left over, are set up together. A large out does not fit in a cache: while a tile is computed,
   the rows of the next are fetched. */
static void wi_impl_tile_strip(const wi_impl_product *p, const wi_impl_kernel *kernel)
{
    const int direct = p->b->cols == p->out->cols && wi_impl_dense(p->out) && wi_impl_dense(p->from);
    const size_t ahead = p->how.room && direct ? kernel->rows : 0;
    for (size_t left = p->out->rows, rows; left > 0; left -= rows) {
        rows = wi_impl_tile_rows(p, left, kernel);
        if (direct && !ahead && rows == kernel->rows)
            rows *= left % rows == 0 ? left / rows : left < 2 * rows ? 1 : left / rows - 1;
        for (size_t i = 1; i <= wi_impl_min(ahead, left - rows); i++) {
            __builtin_prefetch(wi_mat_at(*p->out, left - rows - i, 0), 1);
            __builtin_prefetch(wi_mat_at(*p->out, left - rows - i, p->out->cols - 1), 1);
        }
        if (direct) wi_impl_tile_row(p, left - rows, rows, kernel);
        else wi_impl_tile_copied(p, left - rows, rows, kernel);
    }
}

/* Is b to be used where it lies? Rows whole pages apart, which share a few places of the first cache, are
   copied sooner. A step is not cut along k, since its sums must be complete before they are scaled. */
static int wi_impl_in_place(const wi_impl_product *p, size_t lanes)
{
    const int pages = p->b->row_step * sizeof(wi_real) % 4096 == 0;
    const size_t least = pages ? WI_IMPL_FEW_ROWS / 4 : WI_IMPL_FEW_ROWS;
    int few = p->out->rows < least || p->a->cols < least;
    int little = p->a->cols * p->b->row_step <= 2 * WI_IMPL_L1;
    return p->out->cols >= lanes && wi_impl_all_dense(p) && (p->how.scale || few || little);
}

/* Ascending sums, strip by strip of b: used where it lies, or copied into room[most]. */
static void wi_impl_gemm_strips(const wi_impl_product *p, const wi_impl_kernel *kernel, wi_real *room,
                                size_t most)
{
    const wi_mat out = *p->out, a = *p->a;
    const wi_real *scale = p->how.scale;
    wi_mat from = *p->from;
    const size_t lanes = kernel->lanes, wide = out.cols > lanes ? out.cols : lanes;
    const size_t fits = scale ? most / a.cols / lanes * lanes : most;
    const size_t width = !room ? out.cols : wi_impl_min(wide, wi_impl_min(fits, kernel->wide));
    const size_t deep = room ? most / width : WI_IMPL_L2 / 2 / width > 64 ? WI_IMPL_L2 / 2 / width : 64;
    const size_t blocks = scale ? 1 : (a.cols - 1) / deep + 1;
    WINIT_ASSERT(!room || a.cols <= blocks * deep);
    for (size_t t = 0; t < blocks; t++, from = out) {
        size_t k = wi_impl_share(a.cols, blocks, t), depth = wi_impl_share(a.cols, blocks, t + 1) - k;
        for (size_t j = 0, cols; j < out.cols; j += cols) {
            cols = lanes * wi_impl_even((out.cols - j + lanes - 1) / lanes, (width + lanes - 1) / lanes);
            cols = wi_impl_min(cols, out.cols - j);
            wi_mat part = wi_impl_part(*p->b, k, j, depth, cols);
            wi_mat to = wi_impl_part(out, 0, j, out.rows, cols), x = wi_impl_part(a, 0, k, out.rows, depth);
            wi_mat start = wi_impl_part(from, 0, j, out.rows, cols);
            wi_mat strip = wi_mat_view(room, depth, cols < lanes ? lanes : cols);
            const wi_impl_product own = {&to, &start, &x, room ? &strip : &part, p->how};
            if (room) wi_impl_copy_padded(&strip, &part);
            wi_impl_tile_strip(&own, kernel);
        }
    }
}

/* The room is a function's of its own, so that only a product that copies takes it from the stack. */
static WI_IMPL_APART void wi_impl_gemm_copied(const wi_impl_product *p, const wi_impl_kernel *kernel)
{
    wi_real room[WI_IMPL_WIDE * WI_IMPL_DEEP];
    wi_impl_gemm_strips(p, kernel, room, kernel->wide * WI_IMPL_DEEP);
}

/* A large product, cut after Goto and van de Geijn (Anatomy of high-performance matrix multiplication, 2008).
   A block of b is copied as panels one tile wide, which stream from the second cache where they do not fit in
   the first: with fewer rows, out would be read and written too often. A group of rows of a stays in the
   second while all panels pass by; it is copied too, since rows 4 KB apart would push each other out, and
   neighbours along k may lie in a page each. A network's products, which never allocate, are cut as above. */
#define WI_IMPL_LARGE_GROUP 96    /* rows of a */
#define WI_IMPL_LARGE_DEPTH 512   /* rows of a panel */

/* The numbers of room that a product's copies take, or those of a part of it. */
static size_t wi_impl_large_room(const wi_impl_product *p)
{
    const size_t size = p->out->rows > p->out->cols ? p->out->rows : p->out->cols;
    if (p->how.sums == 8)   /* sums, and samples whose blocks are filled up and have a gap */
        return wi_impl_mul(WI_IMPL_EIGHT_GROUP, wi_impl_add(p->a->cols / 8 * 9, 8 * WI_IMPL_EIGHT_REST + 64));
    return wi_impl_mul(WI_IMPL_LARGE_DEPTH,
                       wi_impl_add(size, WI_IMPL_LARGE_GROUP + WI_IMPL_GAP));
}

static void wi_impl_gemm_large(const wi_impl_product *p, const wi_impl_kernel *kernel)
{
    const wi_mat out = *p->out, a = *p->a;
    wi_mat from = *p->from;
    wi_real *room = p->how.room;
    const size_t blocks = (a.cols - 1) / WI_IMPL_LARGE_DEPTH + 1, pair = 2 * kernel->lanes;
    for (size_t t = 0; t < blocks; t++, from = out) {
        size_t k = wi_impl_share(a.cols, blocks, t), depth = wi_impl_share(a.cols, blocks, t + 1) - k;
        for (size_t j = 0, cols; j < out.cols; j += cols) {
            cols = wi_impl_even(out.cols - j, pair);
            const wi_mat panel = wi_mat_view(room + j * depth, depth, cols);
            const wi_mat part = wi_impl_part(*p->b, k, j, depth, cols);
            wi_impl_copy_padded(&panel, &part);
        }
        for (size_t i = 0, group; i < out.rows; i += group) {
            group = wi_impl_even(out.rows - i, WI_IMPL_LARGE_GROUP);
            wi_mat x = wi_impl_part(a, i, k, group, depth);
            const int across = a.col_step != 1;   /* it is copied as it lies */
            if (across) x = wi_mat_transpose(x);
            wi_mat copy = wi_mat_view(room + out.cols * depth, x.rows, x.cols);
            copy.row_step += WI_IMPL_GAP;
            wi_impl_copy_padded(&copy, &x);
            if (across) copy = wi_mat_transpose(copy);
            for (size_t j = 0, cols; j < out.cols; j += cols) {
                cols = wi_impl_even(out.cols - j, pair);
                const wi_mat to = wi_impl_part(out, i, j, group, cols);
                const wi_mat start = wi_impl_part(from, i, j, group, cols);
                const wi_mat panel = wi_mat_view(room + j * depth, depth, cols);
                const wi_impl_product own = {&to, &start, &copy, &panel, p->how};
                wi_impl_tile_strip(&own, kernel);
            }
        }
    }
}

/* Of fewer columns than a vector has lanes, but many terms, where columns of a are dense, as in a gradient of
   few inputs: turned around. That way out has gaps, so the sums rest elsewhere. */
#define WI_IMPL_NARROW_ROWS 64
static WI_IMPL_APART void wi_impl_gemm_narrow(const wi_impl_product *p, const wi_impl_kernel *kernel)
{
    wi_real room[64 / sizeof(wi_real) * WI_IMPL_NARROW_ROWS];
    for (size_t i = 0, n; i < p->out->rows; i += n) {
        n = wi_impl_even(p->out->rows - i, WI_IMPL_NARROW_ROWS);
        const wi_mat out = wi_mat_transpose(wi_mat_rows(*p->out, i, n));
        const wi_mat from = wi_mat_transpose(wi_mat_rows(*p->from, i, n));
        const wi_mat a = wi_mat_transpose(*p->b), b = wi_mat_transpose(wi_mat_rows(*p->a, i, n));
        const wi_mat sums = wi_mat_view(room, out.rows, n);
        const wi_impl_product own = {&sums, &sums, &a, &b, p->how};
        wi_impl_copy_padded(&sums, &from);
        wi_impl_gemm_strips(&own, kernel, NULL, 0);
        wi_impl_copy_padded(&out, &sums);
    }
}

/* A product, or a thread's part of one. */
static void wi_impl_gemm_part(const wi_impl_product *p)
{
    const int wide = p->out->cols * sizeof(wi_real) >= 64 || p->how.sums == 8;
    const wi_impl_kernel *widest = wi_impl_kernel_of(p->how.bits, p->how.fused);
    const wi_impl_kernel *kernel = wide ? widest : wi_impl_kernel_of(256, p->how.fused);
    const int in_place = p->how.sums == 1 && wi_impl_in_place(p, kernel->lanes);
    const size_t few = wi_impl_min(kernel->samples, p->out->cols < 4 ? 1 : p->out->cols < 8 ? 3 : 4);
    if (p->how.sums == 8 && p->out->rows <= few && p->a->cols <= WI_IMPL_EIGHT_DEEP)
        wi_impl_eight_few(p, kernel);
    else if (p->how.sums == 8 && p->out->cols == 4 && p->a->cols <= WI_IMPL_EIGHT_DEEP)
        wi_impl_eight_tile(p, kernel);
    else if (p->how.sums == 8) wi_impl_gemm_eight(p, kernel);
    else if (p->out->cols < 8 && p->a->cols <= WI_IMPL_FEW_TERMS && p->how.fused && wi_impl_all_dense(p))
        wi_impl_gemm_few(p);
    else if (p->out->cols < widest->lanes && p->a->row_step == 1 && p->a->cols >= 8 * p->out->cols
             && p->out->rows >= WI_IMPL_NARROW_ROWS / 2) wi_impl_gemm_narrow(p, widest);
    else if (p->how.room && wide && wi_impl_dense(p->out)) wi_impl_gemm_large(p, kernel);
    else if (in_place && (p->how.scale || p->a->cols * p->out->cols <= WI_IMPL_L2 / 2))
        wi_impl_tile_strip(p, kernel);
    else if (in_place) wi_impl_gemm_strips(p, kernel, NULL, 0);
    else wi_impl_gemm_copied(p, kernel);
}
#endif

/* ---- Threads: parts of one thing --------------------------------------------
   With OpenMP the parts of a product, of a fill or of an update are shared out; each number is computed as
   ever, so that the bits do not depend on how many threads there are. A loop of its own ends when its last
   thread has come, and one that another program keeps from running makes all wait. Therefore what goes
   through many products, a run of training, is one region: its other threads wait there for parts, as tasks,
   and what nobody takes the first one does itself. */

#define WI_IMPL_SHARED 4e5   /* multiply-adds of a product that is shared out */

/* How many threads are worth having for so many multiply-adds (or numbers to pass over); 1 without OpenMP. */
static WI_IMPL_UNUSED size_t wi_impl_threads(double work, double enough)
{
#ifdef WI_IMPL_OPENMP
    if (work >= enough && !omp_in_final())
        return (size_t)(omp_in_parallel() ? omp_get_num_threads() : omp_get_max_threads());
#endif
    (void)work;
    (void)enough;
    return 1;
}

/* Make a call for each t < parts; what is in a part is not shared out again. There may be more parts than
   threads: who is free takes the next. */
#ifdef WI_IMPL_OPENMP
#define WI_IMPL_THREAD (size_t)omp_get_thread_num()
#define WI_IMPL_TASKS(call)                                                                                  \
    for (size_t t = 0; t < parts; t++) {                                                                     \
        _Pragma("omp task final(1) if (t + 1 < parts)")                                                      \
        call;                                                                                                \
    }
#define WI_IMPL_SHARE_OUT(call)                                                                              \
    if (parts == 1) {                                                                                        \
        const size_t t = 0;                                                                                  \
        call;                                                                                                \
    } else if (omp_in_parallel()) {                                                                          \
        WI_IMPL_TASKS(call)                                                                                  \
        _Pragma("omp taskwait")                                                                              \
    } else {                                                                                                 \
        _Pragma("omp parallel num_threads((int)wi_impl_min(parts, (size_t)omp_get_max_threads()))")          \
        _Pragma("omp master")                                                                                \
        WI_IMPL_TASKS(call)                                                                                  \
    }
/* Before a loop with products of up to `work` multiply-adds: one region for all of it. */
#define WI_IMPL_ONE_REGION                                                                                   \
    _Pragma("omp parallel if (wi_impl_threads(work, WI_IMPL_SHARED) > 1 && !omp_in_parallel())")             \
    _Pragma("omp master")
/* A round of such a loop; by the first thread alone where that takes less time. */
#define WI_IMPL_PACED(call)                                                                                  \
    if (omp_in_parallel()) {                                                                                 \
        _Pragma("omp task final(pace->mode) if (0)")                                                         \
        call;                                                                                                \
        wi_impl_pace_next(pace);                                                                             \
    } else {                                                                                                 \
        call;                                                                                                \
    }
#else
#define WI_IMPL_SHARE_OUT(call) for (size_t t = 0; t < parts; t++) { call; }
#define WI_IMPL_ONE_REGION (void)work;
#define WI_IMPL_PACED(call) (void)pace; call;
#define WI_IMPL_THREAD (size_t)0
#endif

/* Where a program beside has a core that one thread needs, all wait for that one. So stretches of rounds are
   timed: once the process gets less of its cores than it might, a round is tried alone; and while one alone
   takes less time than one shared, they are alone. */
typedef struct wi_impl_pace {
    double seconds[2];   /* of a round: shared, alone; 0: not known */
    double began, used;  /* this stretch: when, and the processor time before it */
    size_t rounds, stretches;
    int mode;            /* of this stretch: 0 shared, 1 a trial alone, 2 alone */
} wi_impl_pace;

#ifdef WI_IMPL_OPENMP
/* A round is over: how is the next? The first of a region only starts the clock. */
static WI_IMPL_UNUSED void wi_impl_pace_next(wi_impl_pace *pace)
{
    static const double length[] = {5e-3, 0, 0.2};   /* of a stretch, in seconds */
    const double now = omp_get_wtime(), took = now - pace->began, cores = omp_get_num_threads() - 0.4;
    if (pace->rounds++ > 0 && took < length[pace->mode]) return;
    const double used = (double)clock() / CLOCKS_PER_SEC;
    if (pace->rounds > 1) {
        pace->seconds[pace->mode > 0] = took / wi_impl_num(pace->rounds - 1);
        const int better = pace->seconds[1] > 0 ? pace->seconds[1] < pace->seconds[0]
                                                : used - pace->used < cores * took;
        if (pace->mode == 0) pace->mode = better || ++pace->stretches % 64 == 0;
        else pace->mode = pace->mode == 1 && better ? 2 : 0;
    }
    pace->began = now;
    pace->used = used;
    pace->rounds = 1;
}
#endif

#if WI_IMPL_SIMD
/* Are rows of out shared out, or columns? Whichever are more; but a gradient of weights by units, as the way
   forward is, so that a thread finds its weights in the caches of its own core. */
static int wi_impl_shares_rows(const wi_impl_product *p)
{
    return p->out->rows > p->out->cols || (p->a->row_step == 1 && p->out->rows >= 64);
}

/* Part t of a product. */
static void wi_impl_gemm_share(const wi_impl_product *p, size_t parts, size_t t, wi_real *room)
{
    const int by_rows = wi_impl_shares_rows(p);
    const size_t size = by_rows ? p->out->rows : p->out->cols;
    size_t first = wi_impl_share((size + 15) / 16, parts, t) * 16;
    size_t n = wi_impl_min(size, wi_impl_share((size + 15) / 16, parts, t + 1) * 16) - first;
    wi_mat out = *p->out, from = *p->from, a = *p->a, b = *p->b;
    wi_impl_product own = {&out, &from, &a, &b, p->how};
    own.how.room = room;
    if (by_rows) {
        out = wi_mat_rows(out, first, n);
        from = wi_mat_rows(from, first, n);
        a = wi_mat_rows(a, first, n);
    } else {
        out = wi_impl_part(out, 0, first, out.rows, n);
        from = wi_impl_part(from, 0, first, from.rows, n);
        b = wi_impl_part(b, 0, first, b.rows, n);
    }
    wi_impl_gemm_part(&own);
}

/* The parts of a product, for as many threads; where it is large, each borrows room for its copies. */
static WI_IMPL_APART void wi_impl_gemm_parts(const wi_impl_product *p, size_t parts, int large)
{
    const size_t each = wi_impl_large_room(p);
    wi_real *room = large ? (wi_real *)wi_impl_alloc(wi_impl_mul(parts, each), sizeof *room) : NULL;
    WI_IMPL_SHARE_OUT(wi_impl_gemm_share(p, parts, t, room ? room + t * each : NULL))
    if (room) WINIT_FREE(room);
}
#endif

#define WI_IMPL_NEAR 8e6   /* multiply-adds of a few samples with weights that stay in a cache */

/* The product as `how` says, its longer side shared out among threads. */
static void wi_impl_gemm_by(const wi_impl_product *p)
{
#if WI_IMPL_SIMD
    const size_t rows = p->out->rows, cols = p->out->cols;
    if ((rows | cols | p->a->cols) < 1024 && rows * cols * p->a->cols <= WI_IMPL_FEW && p->how.fused) {
        if (p->how.sums == 8 && rows * cols * (p->a->cols / 8 + 1) <= WI_IMPL_FEW_EIGHT) {
            wi_impl_gemm_few_eight(p);
            return;
        }
        if (p->how.sums == 1 && cols <= WI_IMPL_FEW_COLUMNS && wi_impl_all_dense(p)) {
            wi_impl_gemm_few(p);
            return;
        }
    }
    /* Lanes go along the side of out that is dense in memory; but as few units as go along all tiles serve as
       samples, and four or eight samples as the units of a tile or two, by which the weights pass if they are
       near; and of up to ten units, which eights do not divide, tiles of 6 and 4 leave fewer over. */
    const int eight = wi_impl_kernel_of(p->how.bits, p->how.fused)->units == 8;
    const size_t most = eight && (rows >= 8 || cols >= 8) ? 4 : 3;
    const double work = (double)(ptrdiff_t)rows * (double)(ptrdiff_t)cols * (double)(ptrdiff_t)p->a->cols;
    const int few = cols == 4 || cols == 8;
    int turn = p->out->row_step == 1 && (p->out->col_step != 1 || rows > cols);
    if (p->how.sums == 8 && (rows <= most || cols <= most)) turn = rows > most;
    else if (p->how.sums == 8 && work < WI_IMPL_NEAR && (few || rows == 4 || rows == 8)) turn = !few;
    else if (p->how.sums == 8 && eight && (rows <= 10 || cols <= 10) && rows + cols >= 26) turn = rows > cols;
    if (turn) {
        wi_mat out = wi_mat_transpose(*p->out), from = wi_mat_transpose(*p->from);
        wi_mat a = wi_mat_transpose(*p->b), b = wi_mat_transpose(*p->a);
        wi_impl_product turned = {&out, &from, &a, &b, p->how};
        wi_impl_gemm_by(&turned);
        return;
    }
    size_t parts = wi_impl_threads(work, WI_IMPL_SHARED);
    if (parts > 1) parts = wi_impl_min(parts, ((wi_impl_shares_rows(p) ? rows : cols) + 15) / 16);
    const int apart = p->how.sums == 1 || rows * p->a->cols > WI_IMPL_L2;   /* not in the second cache */
    const int large = p->how.borrows && work > WI_IMPL_LARGE && apart;
    if (parts > 1 || large) wi_impl_gemm_parts(p, parts, large);
    else wi_impl_gemm_part(p);
#else
    wi_impl_gemm_plain(p);
#endif
}

/* So many sums, fused where this processor can. */
static wi_impl_order wi_impl_order_of(size_t sums)
{
    wi_impl_order how = {sums, 1, wi_impl_simd_bits(), NULL, 0, NULL, NULL};
#ifndef WI_IMPL_FUSED_16
    how.fused = how.bits >= 256;
#endif
    return how;
}

/* out = from + a b, unchecked, in so many sums; without a from (NULL), from 0. With a scale, out, which then
   is from, becomes out + scale (a b): a step of gradient descent where a b is the gradient, which is never
   stored; of at most WI_IMPL_STEP_K terms. */
#define WI_IMPL_STEP_K 128
static WI_IMPL_APART void wi_impl_gemm_as(const wi_mat *out, const wi_mat *from, const wi_mat *a,
                                          const wi_mat *b, size_t sums, const wi_real *scale)
{
    const wi_mat none = {NULL, 0, 0, 0, 0};
    wi_impl_product p = {out, from ? from : &none, a, b, wi_impl_order_of(sums)};
    p.how.scale = scale;
    wi_impl_gemm_by(&p);
}

/* In as many as the layout of a and b asks for. */
static size_t wi_impl_sums_of(const wi_mat *a, const wi_mat *b)
{
    return a->cols > 1 && a->col_step == 1 && b->row_step == 1 ? 8 : 1;
}

static void wi_impl_gemm(const wi_mat *out, const wi_mat *from, const wi_mat *a, const wi_mat *b)
{
    wi_impl_gemm_as(out, from, a, b, wi_impl_sums_of(a, b), NULL);
}

/* out = start + a b with ascending sums, for a convolution: rows of a and columns of b lie as ever, but
   `steps` says how far each term of a sum is from the one before. Row i of out starts everywhere from
   start[i], of which there are WI_IMPL_COPIES side by side, or from 0. Columns come in eights, 16 or more. */
#define WI_IMPL_COPIES 32
static WI_IMPL_UNUSED void wi_impl_gemm_walk(const wi_mat *out, const wi_real *start, const wi_real *a,
                                             size_t a_row, const wi_real *b, const wi_impl_stride *steps,
                                             size_t k)
{
    wi_mat x = wi_mat_view_const(a, out->rows, k), from = wi_mat_view_const(start, out->rows, WI_IMPL_COPIES);
    const wi_mat y = wi_mat_view_const(b, k, out->cols);
    wi_impl_product p = {out, &from, &x, &y, wi_impl_order_of(1)};
    x.row_step = a_row;
    p.how.steps = steps;
#if WI_IMPL_SIMD
    wi_impl_tile_strip(&p, wi_impl_kernel_of(p.how.bits, p.how.fused));
#else
    from.col_step = 0;
    wi_impl_gemm_plain(&p);
#endif
}

/* With ascending sums rounded twice a step: the same bits on every machine and compiler. */
static WI_IMPL_APART void wi_impl_gemm_exact(const wi_mat *out, const wi_mat *from, const wi_mat *a,
                                             const wi_mat *b)
{
    const wi_mat none = {NULL, 0, 0, 0, 0};
    wi_impl_product p = {out, from ? from : &none, a, b, wi_impl_order_of(1)};
    p.how.fused = 0;
    wi_impl_gemm_by(&p);
}

/* One past the last address that a view touches. */
WI_IMPL_INLINE const wi_real *wi_impl_mat_end(const wi_mat *m)
{
    return wi_mat_at(*m, m->rows - 1, m->cols - 1) + 1;
}

WI_IMPL_INLINE int wi_impl_mat_overlap(const wi_mat *a, const wi_mat *b)
{
    return a->data < wi_impl_mat_end(b) && b->data < wi_impl_mat_end(a);
}

/* Do two elements of a view share an address? Those that are di rows and dj columns apart do if di row_step =
   dj col_step; the first such pair is (col_step / g, row_step / g), g the greatest common divisor. */
static int wi_impl_mat_coincides(const wi_mat *m)
{
    size_t g = m->row_step, r = m->col_step;
    if (m->rows == 1 || m->cols == 1) return m->rows == m->cols ? 0 : m->rows == 1 ? r == 0 : g == 0;
    if (g == 0 || r == 0) return 1;
    if (r == 1 && g >= m->cols) return 0;   /* the usual view */
    while (r > 0) {
        size_t rest = g % r;
        g = r;
        r = rest;
    }
    return m->col_step / g < m->rows && m->row_step / g < m->cols;
}

/* Does a view reach past all memory there can be? A step that is never taken may, and becomes 0. */
WI_IMPL_INLINE int wi_impl_mat_vast(wi_mat *m)
{
    const size_t harmless = (size_t)1 << (4 * sizeof harmless - 2);   /* numbers below it never overflow */
    if ((m->rows | m->row_step | m->cols | m->col_step) < harmless) return 0;
    if (m->rows == 1) m->row_step = 0;
    if (m->cols == 1) m->col_step = 0;
    size_t reach = wi_impl_add(wi_impl_mul(m->rows, m->row_step), wi_impl_mul(m->cols, m->col_step));
    return wi_impl_mul(reach, sizeof(wi_real)) == SIZE_MAX;
}

static wi_status wi_impl_mul_check(wi_mat *out, wi_mat *a, wi_mat *b)
{
    if (!out->data || !a->data || !b->data) return WI_ERR_ARG;
    if (wi_impl_mat_vast(out) || wi_impl_mat_vast(a) || wi_impl_mat_vast(b)) return WI_ERR_SHAPE;
    if (out->rows == 0 || out->cols == 0 || a->cols == 0) return WI_ERR_SHAPE;
    if (a->rows != out->rows || b->cols != out->cols || a->cols != b->rows) return WI_ERR_SHAPE;
    if (wi_impl_mat_coincides(out) || wi_impl_mat_overlap(out, a) || wi_impl_mat_overlap(out, b))
        return WI_ERR_ARG;
    return WI_OK;
}

static WI_IMPL_APART wi_status wi_impl_multiply(wi_mat *out, const wi_mat *from, wi_mat *a, wi_mat *b)
{
    wi_status status = wi_impl_mul_check(out, a, b);
    wi_impl_product p = {out, from, a, b, wi_impl_order_of(wi_impl_sums_of(a, b))};
    p.how.borrows = 1;
    if (status == WI_OK) wi_impl_gemm_by(&p);
    return status;
}

WI_API wi_status wi_mat_mul(wi_mat out, wi_mat a, wi_mat b)
{
    const wi_mat none = {NULL, 0, 0, 0, 0};
    return wi_impl_multiply(&out, &none, &a, &b);
}

WI_API wi_status wi_mat_mul_add(wi_mat out, wi_mat a, wi_mat b)
{
    return wi_impl_multiply(&out, &out, &a, &b);
}

/* ---- Singular values ----------------------------------------------------------

   One-sided Jacobi: rotate pairs of the n vectors until all are orthogonal; a rotation changes no singular
   value, and those of a matrix with orthogonal rows are their lengths. Small ones come out with small
   relative error, which methods by way of a bidiagonal matrix lose. Lengths are kept up to date by the
   rotations and measured anew for each sweep; pairs are met in blocks that stay in the second cache. Vectors
   are filled up with zeros to a multiple of 16, and begin where a cache line does: twice as fast. */
#define WI_IMPL_JACOBI_BLOCK 16

#if WI_IMPL_SIMD
typedef double wi_impl_four __attribute__((__vector_size__(32), __may_alias__));
#else
typedef double wi_impl_four;
#endif

/* p . q, in sums side by side. */
WI_IMPL_INLINE double wi_impl_jacobi_dot(const double *p, const double *q, size_t len)
{
    const wi_impl_four *x = (const wi_impl_four *)(const void *)p, *y = (const wi_impl_four *)(const void *)q;
    const wi_impl_four zero = *x * 0;
    wi_impl_four sum[4] = {zero, zero, zero, zero};
    double lane[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < len * sizeof *p / sizeof *x; i += 4)
        WI_IMPL_UNROLL for (size_t t = 0; t < 4; t++) sum[t] += x[i + t] * y[i + t];
    sum[0] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    memcpy(lane, sum, sizeof *sum);
    return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

/* Turn p and q by the angle of cosine c and sine s. */
WI_IMPL_INLINE void wi_impl_jacobi_turn(double *p, double *q, size_t len, double c, double s)
{
    wi_impl_four *x = (wi_impl_four *)(void *)p, *y = (wi_impl_four *)(void *)q;
    for (size_t i = 0; i < len * sizeof *p / sizeof *x; i += 2) {   /* whole cache lines are stored faster */
        const wi_impl_four a0 = x[i], a1 = x[i + 1], b0 = y[i], b1 = y[i + 1];
        x[i] = c * a0 - s * b0;
        x[i + 1] = c * a1 - s * b1;
        y[i] = s * a0 + c * b0;
        y[i + 1] = s * a1 + c * b1;
    }
}

typedef double wi_impl_dot_of(const double *p, const double *q, size_t len);

/* Make the vectors p and q, whose squares add up to *pp and *qq, orthogonal and put the longer one first,
   which saves sweeps (de Rijk 1989). Returns 1 if they were far from orthogonal: a turn squares the error. */
WI_IMPL_INLINE int wi_impl_jacobi_pair(double *p, double *q, double *pp, double *qq, size_t len,
                                       wi_impl_dot_of *dot)
{
    double pq = dot(p, q, len), cosine_squared = pq / *pp * (pq / *qq);
    if (!(cosine_squared > 1e-30)) return 0;

    /* The smaller root t = tan(angle) of  t^2 + 2 zeta t - 1 = 0  makes the new p q vanish; q's square gains
       t p q. Where they are nearly orthogonal and that is too little to be seen, though it were so of all n
       pairs of a vector, there is no need to turn. */
    double zeta = (*qq - *pp) / (2 * pq), t = 1 / (fabs(zeta) + sqrt(1 + zeta * zeta)), gain = t * fabs(pq);
    double longer = fmax(*pp, *qq), shorter = fmin(*pp, *qq);
    if (gain < 1e-18 * shorter) return 0;

    if (zeta < 0) t = -t;
    double c = 1 / sqrt(1 + t * t), s = c * t;
    const int swap = t * pq > 0;
    wi_impl_jacobi_turn(p, q, len, swap ? s : c, swap ? -c : s);

    /* Where most of a length went, what is left of its digits does not do. */
    *pp = longer + gain;
    *qq = shorter - gain > 0.01 * shorter ? shorter - gain : dot(q, q, len);
    return gain > 1e-14 * shorter;
}

/* All pairs of the rows of v [n][len] once; squares [n] is scratch. Returns 1 if any was far from it. */
WI_IMPL_INLINE int wi_impl_jacobi_pairs(double *v, double *squares, size_t n, size_t len,
                                        wi_impl_dot_of *dot)
{
    const size_t step = WI_IMPL_JACOBI_BLOCK;
    int turned = 0;
    for (size_t p = 0; p < n; p++) squares[p] = dot(v + p * len, v + p * len, len);
    for (size_t first = 0; first < n; first += step)
        for (size_t second = first; second < n; second += step)
            for (size_t p = first; p < wi_impl_min(first + step, n); p++)
                for (size_t q = second > p ? second : p + 1; q < wi_impl_min(second + step, n); q++)
                    turned |= wi_impl_jacobi_pair(v + p * len, v + q * len, &squares[p], &squares[q], len,
                                                  dot);
    return turned;
}

#define WI_IMPL_JACOBI_SWEEP(name, TARGET, fused)                                           \
TARGET static WI_IMPL_APART double name##_dot(const double *p, const double *q, size_t len) \
{                                                                                           \
    return wi_impl_jacobi_dot(p, q, len);                                                   \
}                                                                                           \
TARGET static int name(double *v, double *squares, size_t n, size_t len)                    \
{                                                                                           \
    return wi_impl_jacobi_pairs(v, squares, n, len, name##_dot);                            \
}
WI_IMPL_STAMP(WI_IMPL_JACOBI_SWEEP, wi_impl_jacobi_sweep)

/* Copy m to the vectors v [m.rows][len], scaled by 1 / the largest entry so that no square overflows. Returns
   that entry, or a negative number if one is not finite. */
WI_IMPL_RARE static double wi_impl_svd_load(double *v, wi_mat m, size_t len)
{
    double largest = 0;
    memset(v, 0, m.rows * len * sizeof *v);
    for (size_t i = 0; i < m.rows; i++) {
        for (size_t j = 0; j < m.cols; j++) {
            double x = (double)m.data[i * m.row_step + j * m.col_step];
            if (!wi_impl_finite(x)) return -1;
            if (fabs(x) > largest) largest = fabs(x);
            v[i * len + j] = x;
        }
    }
    for (size_t i = 0; largest > 0 && i < m.rows * len; i++) v[i] /= largest;
    return largest;
}

WI_API wi_status wi_mat_svd_values(wi_mat m, double *values)
{
    if (!m.data || !values) return WI_ERR_ARG;
    if (m.rows == 0 || m.cols == 0) return WI_ERR_SHAPE;
    if (m.rows > m.cols) m = wi_mat_transpose(m);
    const size_t n = m.rows, len = wi_impl_add(m.cols, 15) / 16 * 16;
    /* Up to a cache line to begin with, v [n][len], squares [n]. */
    char *room = (char *)wi_impl_alloc(wi_impl_add(wi_impl_mul(n, wi_impl_add(len, 1)), 16), sizeof(double));
    if (!room) return WI_ERR_MEMORY;
    double *v = (double *)(void *)(room + (64 - (uintptr_t)room % 64));

    double scale = wi_impl_svd_load(v, m, len);
    if (scale < 0) {
        WINIT_FREE(room);
        return WI_ERR_NUMERIC;
    }

    /* Convergence is quadratic in the end: some 6 sweeps for 10 vectors, 10 for 1,000. */
    for (int sweep = 0, on = 1; sweep < 60 && on; sweep++)
        on = WI_IMPL_WIDEST(wi_impl_jacobi_sweep)(v, v + n * len, n, len);

    /* The lengths, by insertion into descending order. */
    for (size_t k = 0; k < n; k++) {
        double length = sqrt(v[n * len + k]) * scale;
        size_t at = k;
        for (; at > 0 && values[at - 1] < length; at--) values[at] = values[at - 1];
        values[at] = length;
    }
    WINIT_FREE(room);
    return WI_OK;
}

/* ==== 5. Activations >>act-impl ===========================================
   wi_act_value() and wi_act_slope() are the reference: the textbook formulas in double, made safe at
   infinity. Arrays go through wi_act_forward() and wi_act_backward(); these have bodies of their own that
   compute the same in wi_real, many elements side by side, to a few units in the last place.

   Each activation is one room: value and slope in double, the reference, then both in lanes. A new one takes
   a room like these, a row of WI_ACT_LIST and a constructor; everything else (names, theory, gains, networks,
   files, the command line) follows the list. */

static wi_act wi_impl_act(wi_act_kind kind, double param)
{
    wi_act act;
    memset(&act, 0, sizeof act);
    act.kind = (int)kind;
    act.param = param;
    return act;
}

WI_API wi_act wi_linear(void)              { return wi_impl_act(WI_ACT_LINEAR, 0); }
WI_API wi_act wi_relu(void)                { return wi_impl_act(WI_ACT_RELU, 0); }
WI_API wi_act wi_leaky_relu(double slope)  { return wi_impl_act(WI_ACT_LEAKY_RELU, slope); }
WI_API wi_act wi_sigmoid(void)             { return wi_impl_act(WI_ACT_SIGMOID, 0); }
WI_API wi_act wi_tanh(void)                { return wi_impl_act(WI_ACT_TANH, 0); }
WI_API wi_act wi_elu(double alpha)         { return wi_impl_act(WI_ACT_ELU, alpha); }
WI_API wi_act wi_selu(void)                { return wi_impl_act(WI_ACT_SELU, 0); }
WI_API wi_act wi_gelu(void)                { return wi_impl_act(WI_ACT_GELU, 0); }
WI_API wi_act wi_silu(void)                { return wi_impl_act(WI_ACT_SILU, 0); }
WI_API wi_act wi_mish(void)                { return wi_impl_act(WI_ACT_MISH, 0); }
WI_API wi_act wi_softplus(void)            { return wi_impl_act(WI_ACT_SOFTPLUS, 0); }
WI_API wi_act wi_softsign(void)            { return wi_impl_act(WI_ACT_SOFTSIGN, 0); }
WI_API wi_act wi_hard_swish(void)          { return wi_impl_act(WI_ACT_HARD_SWISH, 0); }
WI_API wi_act wi_sine(double omega)        { return wi_impl_act(WI_ACT_SINE, omega); }

WI_API wi_act wi_custom(const char *name, double (*f)(double, double), double (*df)(double, double),
                        double param)
{
    wi_act act = wi_impl_act(WI_ACT_CUSTOM, param);
    act.name = name;
    act.f = f;
    act.df = df;
    return act;
}

static const struct {
    const char *name;
    double preset;
} wi_impl_acts[] = {
#define WI_IMPL_ACT_ROW(id, name, preset) {#name, preset},
    WI_ACT_LIST(WI_IMPL_ACT_ROW)
};

WI_API const char *wi_act_name(wi_act act)
{
    if (act.kind == WI_ACT_CUSTOM) return act.name ? act.name : "custom";
    return act.kind >= 0 && act.kind < WI_ACT_CUSTOM ? wi_impl_acts[act.kind].name : "unknown";
}

/* Is the parameter, where there is one, a wi_real? */
static int wi_impl_act_fits(const wi_act *act)
{
    return act->kind == WI_ACT_CUSTOM || wi_impl_acts[act->kind].preset == 0
           || fabs(act->param) <= WI_IMPL_REAL_MAX;
}

WI_API wi_status wi_act_named(const char *name, wi_act *out)
{
    if (!name || !out) return WI_ERR_ARG;
    if (strcmp(name, "swish") == 0) name = "silu";
    size_t length = strcspn(name, ":");
    for (int kind = 0; kind < WI_ACT_CUSTOM; kind++) {
        const char *known = wi_impl_acts[kind].name, *number = name + length + 1;
        wi_act act = wi_impl_act((wi_act_kind)kind, wi_impl_acts[kind].preset);
        if (strlen(known) != length || strncmp(known, name, length) != 0) continue;
        if (name[length] == ':') {
            int read = wi_impl_parse_number(number, number + strlen(number), &act.param);
            if (!read || wi_impl_acts[kind].preset == 0 || !wi_impl_act_fits(&act)) return WI_ERR_FORMAT;
        }
        *out = act;
        return WI_OK;
    }
    return WI_ERR_FORMAT;
}

/* ---- Exponential and its kin in lanes ------------------------------------------

   What the bodies in lanes are made of: scalar code, written so that a compiler can run 4, 8 or 16 elements
   side by side: no branches (both sides are computed and one is picked), no tables, no calls. Every product
   that meets a sum is an explicit multiply-add, so that AVX2, AVX-512 and 64-bit Arm give the same bits; and
   an element's result depends on nothing but the element. Coefficients in float: tests/tools/act_fit.py; in
   double series go on until what is left is below a rounding. */
#define WI_IMPL_LANE WI_IMPL_UNUSED WI_IMPL_INLINE
#if WI_IMPL_DOUBLE
typedef uint64_t wi_impl_bits;
enum { WI_IMPL_BIAS = 1023, WI_IMPL_FRACTION = 52, WI_IMPL_LEAST_EXP = -800 };   /* x exp(x) is surely 0 */
#else
typedef uint32_t wi_impl_bits;
enum { WI_IMPL_BIAS = 127, WI_IMPL_FRACTION = 23, WI_IMPL_LEAST_EXP = -150 };
#endif

/* cond ? yes : no, by bits: two arms with arithmetic in them would be a branch,
   and branches cannot run side by side. */
WI_IMPL_LANE wi_real wi_impl_pick(int cond, wi_real yes, wi_real no)
{
    wi_impl_bits mask = (wi_impl_bits)0 - (wi_impl_bits)cond, a, b;
    memcpy(&a, &yes, sizeof a);
    memcpy(&b, &no, sizeof b);
    a = (a & mask) | (b & ~mask);
    memcpy(&yes, &a, sizeof yes);
    return yes;
}

/* x, but at least lo; and x kept between lo and hi. NaN stays NaN. */
WI_IMPL_LANE wi_real wi_impl_at_least(wi_real x, wi_real lo)
{
    return wi_impl_pick(x < lo, lo, x);
}

WI_IMPL_LANE wi_real wi_impl_clamp(wi_real x, wi_real lo, wi_real hi)
{
    x = wi_impl_at_least(x, lo);
    return wi_impl_pick(x > hi, hi, x);
}

/* The power of 2 with this exponent, bias included. */
WI_IMPL_LANE wi_real wi_impl_power2(wi_impl_bits exponent)
{
    wi_real x;
    exponent <<= WI_IMPL_FRACTION;
    memcpy(&x, &exponent, sizeof x);
    return x;
}

/* exp(x) in pieces, (1 + m) a b: a and b are powers of 2, two because one could not reach the denormal
   numbers. Callers multiply by a and b last, so that a result is rounded only once even there. */
typedef struct wi_impl_exp_parts {
    wi_real m, a, b;
} wi_impl_exp_parts;

/* exp(x) for WI_IMPL_LEAST_EXP <= x <= 89, beyond which it is surely 0 or, in float, infinite;
   or exp(x + l1 l2) if more, |l1 l2| < 0.1.
   With n = round(x / log 2) and r = x - n log 2 it is 2^n exp(r), and m = exp(r) - 1 = r + r^2 p(r). */
WI_IMPL_LANE wi_impl_exp_parts wi_impl_exp_in_parts(int fused, wi_real x, int more, wi_real l1, wi_real l2)
{
    /* 1.5 2^23 or 2^52: adding it leaves no bits for a fraction. */
    const wi_real round = (wi_real)((wi_impl_bits)3 << (WI_IMPL_FRACTION - 1));
    wi_impl_exp_parts e;
    wi_impl_bits n, none;
    WI_IMPL_STORED wi_real stored = wi_impl_maddr(fused, x, (wi_real)1.4426950408889634, round);
    wi_real shifted = stored, k = shifted - round;
    memcpy(&n, &shifted, sizeof n);
    memcpy(&none, &round, sizeof none);
    n -= none - 2 * WI_IMPL_BIAS;   /* above 0, which halving by a shift is simpler for */

    /* log 2 in two parts, the first of so few bits that k times it is exact. */
    const wi_real hi = (wi_real)(WI_IMPL_DOUBLE ? WI_IMPL_LN2_HI : 0.693359375);
    const wi_real lo = (wi_real)(WI_IMPL_DOUBLE ? WI_IMPL_LN2_LO : -2.12194440e-4);
    wi_real r = wi_impl_maddr(fused, k, -lo, wi_impl_maddr(fused, k, -hi, x));
    if (more) r = wi_impl_maddr(fused, l1, l2, r);
#if WI_IMPL_DOUBLE
    double p = wi_impl_exp_series[13];
    WI_IMPL_UNROLL for (int i = 12; i > 1; i--) p = wi_impl_maddd(fused, p, r, wi_impl_exp_series[i]);
#else
    float p = wi_impl_madd(fused, 0.001388251098f, r, 0.008366580333f);
    p = wi_impl_madd(fused, p, r, 0.04166720177f);
    p = wi_impl_madd(fused, p, r, 0.1666654318f);
    p = wi_impl_madd(fused, p, r, 0.4999999814f);
#endif
    e.m = wi_impl_maddr(fused, r * r, p, r);
    e.a = wi_impl_power2(n >> 1);
    e.b = wi_impl_power2(n - (n >> 1));
    return e;
}

/* Parts of exp(x) for x <= 0. */
WI_IMPL_LANE wi_impl_exp_parts wi_impl_decay(int fused, wi_real x)
{
    return wi_impl_exp_in_parts(fused, wi_impl_at_least(x, WI_IMPL_LEAST_EXP), 0, 0, 0);
}

/* exp(x) - 1 = 2^n m + (2^n - 1) for x <= 0, accurate near 0 where m is all there is. */
WI_IMPL_LANE wi_real wi_impl_expm1r(int fused, wi_real x)
{
    wi_impl_exp_parts e = wi_impl_decay(fused, x);
    wi_real a = e.a * e.b;
    return wi_impl_maddr(fused, a, e.m, a - 1);
}

#if !WI_IMPL_DOUBLE
/* The leading 12 bits of x: products of two such are exact. */
WI_IMPL_LANE float wi_impl_leading(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits &= 0xFFFFF000u;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The normal law's upper tail at a >= 0: Q(a) = exp(-a^2/2) u p, u = 1 / (a + 2), where p = p(1 - 4 u) is
   smooth. The square is taken in two parts, of the leading bits of a exactly and of the rest, since exp
   magnifies its error. */
WI_IMPL_LANE wi_impl_exp_parts wi_impl_normal_tailf(int fused, float a, float *u_out, float *p_out)
{
    float t = a + 2, u = 1 / t, left = wi_impl_madd(fused, -t, u, 1), q, h;
    if (!fused) {   /* 1 - t u exactly: products of leading halves are */
        float t1 = wi_impl_leading(t), u1 = wi_impl_leading(u);
        left = ((1 - t1 * u1) - t1 * (u - u1)) - (t - t1) * u;
    }
    u = wi_impl_madd(fused, u, wi_impl_madd(fused, (t - 2) - a, u, left), u);  /* undo roundings */
    q = wi_impl_madd(fused, -4, u, 1);
    float p = wi_impl_madd(fused, -8.441738488e-5f, q, 1.945584918e-5f);
    p = wi_impl_madd(fused, p, q, 0.0007320627482f);
    p = wi_impl_madd(fused, p, q, 0.0008983904712f);
    p = wi_impl_madd(fused, p, q, -0.001892663035f);
    p = wi_impl_madd(fused, p, q, -0.006757521948f);
    p = wi_impl_madd(fused, p, q, -0.00048317479f);
    p = wi_impl_madd(fused, p, q, 0.03672252368f);
    p = wi_impl_madd(fused, p, q, 0.02879841772f);
    p = wi_impl_madd(fused, p, q, -0.3314046034f);
    p = wi_impl_madd(fused, p, q, 0.6724079925f);
    *u_out = u;
    *p_out = p;

    h = wi_impl_leading(a);
    return wi_impl_exp_in_parts(fused, -0.5f * h * h, 1, -0.5f * (a - h), a + h);
}

/* sin(x), or with quarter = 0.5 cos(x), in double for |x| < 3e6: k = the nearest integer (plus quarter) to
   x / pi, r = x - k pi by three parts of pi, and +-(r + r^3 p(r^2)). */
WI_IMPL_LANE float wi_impl_sinef(int fused, double x, double quarter)
{
    const double round = 6755399441055744.0;  /* 1.5 2^52 */
    WI_IMPL_STORED double stored = wi_impl_maddd(fused, x, 0.31830988618379067154, -quarter) + round;
    double shifted = stored, k = shifted - round + quarter;
    uint64_t odd, bits;
    double r = wi_impl_maddd(fused, k, -3.1415926516056060791, x);
    r = wi_impl_maddd(fused, k, -1.9841871593294899e-9, r);
    r = wi_impl_maddd(fused, k, -5.1441216633414e-20, r);
    double s = r * r, p = wi_impl_maddd(fused, 2.6089183675478073e-6, s, -0.00019811106829932923);
    p = wi_impl_maddd(fused, p, s, 0.0083330880948078874);
    p = wi_impl_maddd(fused, p, s, -0.1666666045991961);
    r = wi_impl_maddd(fused, r * s, p, r);

    memcpy(&odd, &shifted, sizeof odd);
    memcpy(&bits, &r, sizeof bits);
    bits ^= (odd + (quarter != 0)) << 63;
    memcpy(&r, &bits, sizeof r);
    return (float)r;
}
#endif

/* ---- The rooms -----------------------------------------------------------------

   Value and slope f(z, p) in double; the same in lanes of wi_real, where fused says how a multiply-add rounds
   and x holds the parts of an exponential, (1 + m) a b. */

/* 1 / (1 + exp(-z)), by the branch whose exponential cannot overflow. */
WI_IMPL_APART static double wi_impl_logistic(double z)
{
    double e = exp(-fabs(z));
    return z < 0 ? e / (1 + e) : 1 / (1 + e);
}

/* The slope of a kink: 0 up to 0, then 1; NaN stays. And -|z|, by its sign alone. */
static double wi_impl_step(double z) { return z <= 0 ? 0 : z > 0 ? 1 : z; }
WI_IMPL_LANE wi_real wi_impl_minus(wi_real z)
{
    wi_impl_bits bits;
    memcpy(&bits, &z, sizeof bits);
    bits |= (wi_impl_bits)1 << (8 * sizeof bits - 1);
    memcpy(&z, &bits, sizeof z);
    return z;
}

#define WI_IMPL_VALUE(name)  static double wi_impl_##name##_value(double z, WI_IMPL_UNUSED double p)
#define WI_IMPL_SLOPE(name)  static double wi_impl_##name##_slope(double z, WI_IMPL_UNUSED double p)
#define WI_IMPL_IN_LANES     WI_IMPL_UNUSED int fused, wi_real z, WI_IMPL_UNUSED double p
#define WI_IMPL_VALUEF(name) WI_IMPL_LANE wi_real wi_impl_##name##_valuef(WI_IMPL_IN_LANES)
#define WI_IMPL_SLOPEF(name) WI_IMPL_LANE wi_real wi_impl_##name##_slopef(WI_IMPL_IN_LANES)

/* linear: z */
WI_IMPL_VALUE(linear)  { return z; }
WI_IMPL_SLOPE(linear)  { return z == z ? 1 : z; }
WI_IMPL_VALUEF(linear) { return z; }
WI_IMPL_SLOPEF(linear) { return wi_impl_pick((z <= 0) | (z > 0), 1, z); }

/* relu: max(z, 0) */
WI_IMPL_VALUE(relu)  { return z <= 0 ? 0 : z; }
WI_IMPL_SLOPE(relu)  { return wi_impl_step(z); }
WI_IMPL_VALUEF(relu) { return wi_impl_pick(z <= 0, 0, z); }
WI_IMPL_SLOPEF(relu) { return wi_impl_pick(z <= 0, 0, wi_impl_pick(z > 0, 1, z)); }

/* leaky_relu: z, below zero p z */
WI_IMPL_VALUE(leaky_relu)  { return z <= 0 ? p * z : z; }
WI_IMPL_SLOPE(leaky_relu)  { return z <= 0 ? p : wi_impl_step(z); }
WI_IMPL_VALUEF(leaky_relu) { return wi_impl_pick(z <= 0, (wi_real)p * z, z); }
WI_IMPL_SLOPEF(leaky_relu) { return wi_impl_pick(z <= 0, (wi_real)p, wi_impl_pick(z > 0, 1, z)); }

/* sigmoid: s = 1 / (1 + exp(-z)); s' = s(z) s(-z) = e / (1 + e)^2 with e = exp(-|z|) */
WI_IMPL_VALUE(sigmoid)  { return wi_impl_logistic(z); }
WI_IMPL_SLOPE(sigmoid)  { return wi_impl_logistic(z) * wi_impl_logistic(-z); }
WI_IMPL_VALUEF(sigmoid)
{
    wi_impl_exp_parts x = wi_impl_decay(fused, wi_impl_minus(z));
    wi_real m = (1 + x.m) * x.a, n = wi_impl_pick(z > 0, 1, m) / wi_impl_maddr(fused, m, x.b, 1);
    return wi_impl_pick(z > 0, n, n * x.b);
}
WI_IMPL_SLOPEF(sigmoid)
{
    wi_impl_exp_parts x = wi_impl_decay(fused, wi_impl_minus(z));
    wi_real m = (1 + x.m) * x.a, e = wi_impl_maddr(fused, m, x.b, 1);
    return m / (e * e) * x.b;
}

/* tanh: 2 sigmoid(2 z) - 1; 1 - tanh^2 = 4 e / (1 + e)^2 with e = exp(-2 |z|), where no digits cancel */
WI_IMPL_VALUE(tanh) { return tanh(z); }
WI_IMPL_SLOPE(tanh)
{
    double e = exp(-2 * fabs(z));
    return 4 * e / ((1 + e) * (1 + e));
}
WI_IMPL_VALUEF(tanh)
{
    wi_real e = wi_impl_expm1r(fused, 2 * wi_impl_minus(z));
    e = e / (2 + e);
    return wi_impl_pick(z > 0, -e, e);
}
WI_IMPL_SLOPEF(tanh) { return 4 * wi_impl_sigmoid_slopef(fused, 2 * z, p); }

/* elu: z, below zero p (exp(z) - 1) */
WI_IMPL_VALUE(elu)  { return z <= 0 ? p * expm1(z) : z; }
WI_IMPL_SLOPE(elu)  { return z <= 0 ? p * exp(z) : wi_impl_step(z); }
WI_IMPL_VALUEF(elu)
{
    return wi_impl_pick(z > 0, z, (wi_real)p * wi_impl_expm1r(fused, wi_impl_minus(z)));
}
WI_IMPL_SLOPEF(elu)
{
    wi_impl_exp_parts x = wi_impl_decay(fused, wi_impl_minus(z));
    return wi_impl_pick(z > 0, 1, (wi_real)p * ((1 + x.m) * x.a * x.b));
}

/* selu: ELU with the pair of constants for which mean 0, variance 1 is a fixed point (Klambauer et al. 2017,
   equation 14), times the first */
#define WI_IMPL_SELU_SCALE 1.0507009873554804934193349852946
#define WI_IMPL_SELU_ALPHA 1.6732632423543772848170429916717
WI_IMPL_VALUE(selu)  { return WI_IMPL_SELU_SCALE * wi_impl_elu_value(z, WI_IMPL_SELU_ALPHA); }
WI_IMPL_SLOPE(selu)  { return WI_IMPL_SELU_SCALE * wi_impl_elu_slope(z, WI_IMPL_SELU_ALPHA); }
WI_IMPL_VALUEF(selu)
{
    return (wi_real)WI_IMPL_SELU_SCALE * wi_impl_elu_valuef(fused, z, WI_IMPL_SELU_ALPHA);
}
WI_IMPL_SLOPEF(selu)
{
    return (wi_real)WI_IMPL_SELU_SCALE * wi_impl_elu_slopef(fused, z, WI_IMPL_SELU_ALPHA);
}

/* gelu: z Phi(z); (z Phi)' = Phi + z phi. At -infinity and far out, products like z Phi(z) end in their
   limits. In float Phi(-a) = Q(a) = exp(-a^2/2) u p; the slope is exp(-z^2/2) (u p + z phi(0)) below 0, and
   f'(z) + f'(-z) = 1. */
#define WI_IMPL_SQRT_HALF  0.70710678118654752440             /* sqrt(1/2) */
#define WI_IMPL_PHI_0      0.39894228040143267794             /* normal density at 0 */
WI_IMPL_VALUE(gelu) { return z < -DBL_MAX ? 0 : 0.5 * z * erfc(-z * WI_IMPL_SQRT_HALF); }
WI_IMPL_SLOPE(gelu)
{
    if (fabs(z) > 1000) return wi_impl_step(z);
    return 0.5 * erfc(-z * WI_IMPL_SQRT_HALF) + z * WI_IMPL_PHI_0 * exp(-0.5 * z * z);
}
#if WI_IMPL_DOUBLE   /* the reference: a polynomial that reaches double would be three times as long */
WI_IMPL_VALUEF(gelu) { return wi_impl_gelu_value(z, p); }
WI_IMPL_SLOPEF(gelu) { return wi_impl_gelu_slope(z, p); }
#else
WI_IMPL_VALUEF(gelu)
{
    wi_real c = wi_impl_at_least(wi_impl_minus(z), -16), u, q;
    wi_impl_exp_parts x = wi_impl_normal_tailf(fused, -c, &u, &q);
    q = wi_impl_pick(c < -1, wi_impl_maddr(fused, 2, u, -1), u)  /* c u = 2 u - 1 */
        * wi_impl_maddr(fused, q, x.m, q);
    return wi_impl_maddr(fused, wi_impl_pick(c < -1, 1, c) * q * x.a, x.b, wi_impl_pick(z > 0, z, 0));
}
WI_IMPL_SLOPEF(gelu)
{
    wi_real c = wi_impl_at_least(wi_impl_minus(z), -16), u, q;
    wi_impl_exp_parts x = wi_impl_normal_tailf(fused, -c, &u, &q);
    q = wi_impl_maddr(fused, c, (wi_real)WI_IMPL_PHI_0, u * q) * (1 + x.m) * x.a;
    return wi_impl_maddr(fused, wi_impl_pick(z > 0, -q, q), x.b, wi_impl_pick(z > 0, 1, 0));
}
#endif

/* silu: z s(z), s the sigmoid; (z s)' = s + z s (1 - s), and 1 - s(z) = s(-z) */
WI_IMPL_VALUE(silu) { return z < -DBL_MAX ? 0 : z * wi_impl_logistic(z); }
WI_IMPL_SLOPE(silu)
{
    return fabs(z) > 1000 ? wi_impl_step(z) : wi_impl_logistic(z) * (1 + z * wi_impl_logistic(-z));
}
WI_IMPL_VALUEF(silu)
{
    wi_real c = wi_impl_at_least(wi_impl_minus(z), WI_IMPL_LEAST_EXP);
    wi_impl_exp_parts x = wi_impl_decay(fused, c);
    wi_real m = (1 + x.m) * x.a, n = wi_impl_pick(z >= 0, z, c) / wi_impl_maddr(fused, m, x.b, 1);
    return wi_impl_pick(z > 0, n, n * m * x.b);
}
WI_IMPL_SLOPEF(silu)
{
    wi_real c = wi_impl_at_least(wi_impl_minus(z), WI_IMPL_LEAST_EXP);
    wi_impl_exp_parts x = wi_impl_decay(fused, c);
    wi_real m = (1 + x.m) * x.a, e = wi_impl_maddr(fused, m, x.b, 1), n = (1 + c / e) * m / e;
    return wi_impl_maddr(fused, wi_impl_pick(z > 0, -n, n), x.b, wi_impl_pick(z > 0, 1, 0));
}

/* mish: z tanh(ln(1 + e)) = z n / (n + 2) with e = exp(z) and n = e (e + 2); its slope is
   n / (n + 2) + 4 z e (1 + e) / (n + 2)^2. */
WI_IMPL_VALUE(mish)
{
    double e = exp(z), n = e * (e + 2);
    return z < -DBL_MAX ? 0 : z > 40 ? z : z * n / (n + 2);
}
WI_IMPL_SLOPE(mish)
{
    double e = exp(z), n = e * (e + 2);
    if (z > 40 || z < -1000) return wi_impl_step(z);
    return (n + 4 * z * e * (1 + e) / (n + 2)) / (n + 2);
}
WI_IMPL_VALUEF(mish)
{
    wi_real c = wi_impl_clamp(z, WI_IMPL_LEAST_EXP, 20);
    wi_impl_exp_parts x = wi_impl_exp_in_parts(fused, c, 0, 0, 0);
    wi_real e = (1 + x.m) * x.a * x.b, n = wi_impl_maddr(fused, e, e, 2 * e) + 2;
    /* n / (n + 2) is here 1 - 2 / n, or e (1 - e (e + 1) / n) where that would cancel. */
    e = wi_impl_pick(z > 0, 2, wi_impl_maddr(fused, e, e, e)) / n;
    n = wi_impl_maddr(fused, -c, e, c);
    n = wi_impl_pick(z > 0, n, n * (1 + x.m) * x.a * x.b);
    return wi_impl_pick(z > 20, z, n);
}
WI_IMPL_SLOPEF(mish)
{
    wi_real c = wi_impl_clamp(z, WI_IMPL_LEAST_EXP, 20);
    wi_impl_exp_parts x = wi_impl_exp_in_parts(fused, c, 0, 0, 0);
    wi_real e = (1 + x.m) * x.a * x.b, n = wi_impl_maddr(fused, e, e, 2 * e);
    c = (n + 4 * c * e * wi_impl_maddr(fused, (1 + x.m) * x.a, x.b, 1) / (n + 2)) / (n + 2);
    return wi_impl_pick(z > 20, 1, c);
}

/* softplus: log(1 + exp(z)) = max(z, 0) + log(1 + e) with e = exp(-|z|), in float by 2 atanh(e / (2 + e));
   its slope is the sigmoid */
WI_IMPL_VALUE(softplus) { return (z <= 0 ? 0 : z) + log1p(exp(-fabs(z))); }
WI_IMPL_SLOPE(softplus) { return wi_impl_logistic(z); }
WI_IMPL_VALUEF(softplus)
{
    wi_impl_exp_parts x = wi_impl_decay(fused, wi_impl_minus(z));
    wi_real e = (1 + x.m) * x.a * x.b / wi_impl_maddr(fused, (1 + x.m) * x.a, x.b, 2), n = e * e;
#if WI_IMPL_DOUBLE
    double c = 2.0 / 35;
    WI_IMPL_UNROLL for (int k = 33; k > 1; k -= 2) c = wi_impl_maddd(fused, c, n, 2.0 / k);
#else
    float c = wi_impl_madd(fused, 0.2802438595f, n, 0.279991578f);
    c = wi_impl_madd(fused, c, n, 0.4002169786f);
    c = wi_impl_madd(fused, c, n, 0.6666641316f);
#endif
    return wi_impl_maddr(fused, e, wi_impl_maddr(fused, c, n, 2), wi_impl_pick(z > 0, z, 0));
}
WI_IMPL_SLOPEF(softplus) { return wi_impl_sigmoid_valuef(fused, z, p); }

/* softsign: z / (1 + |z|); its slope is 1 / (1 + |z|)^2 */
WI_IMPL_VALUE(softsign)  { return fabs(z) > DBL_MAX ? (z < 0 ? -1 : 1) : z / (1 + fabs(z)); }
WI_IMPL_SLOPE(softsign)  { return 1 / ((1 + fabs(z)) * (1 + fabs(z))); }
WI_IMPL_VALUEF(softsign)
{
    wi_real most = (wi_real)WI_IMPL_REAL_MAX, c = wi_impl_clamp(z, -most, most);
    return c / (1 + (wi_real)fabs((double)c));
}
WI_IMPL_SLOPEF(softsign)   /* u / a for u = 1 / a: where fused, by what is left of u u - u / a */
{
    wi_real most = (wi_real)WI_IMPL_REAL_MAX, a = 1 + (wi_real)fabs((double)z);
    a = wi_impl_pick(a > most, most, a);
    wi_real u = 1 / a, q = u * u;
    return fused ? wi_impl_maddr(fused, wi_impl_maddr(fused, -a, q, u), u, q) : u / a;
}

/* hard_swish: z clamp(z + 3, 0, 6) / 6 */
WI_IMPL_VALUE(hard_swish)  { return z <= -3 ? 0 : z >= 3 ? z : z * (z + 3) / 6; }
WI_IMPL_SLOPE(hard_swish)  { return z <= -3 ? 0 : z >= 3 ? 1 : (2 * z + 3) / 6; }
WI_IMPL_VALUEF(hard_swish)
{
    return wi_impl_pick(z >= 3, z, wi_impl_pick(z <= -3, -(wi_real)0, z * (z + 3) / 6));
}
WI_IMPL_SLOPEF(hard_swish)
{
    return wi_impl_pick(z <= -3, 0, wi_impl_pick(z >= 3, 1, wi_impl_maddr(fused, z, 2, 3) / 6));
}

/* sine: sin(p z). In float the product and its remainder by pi are taken in double. Three parts of pi are not
   enough beyond 3e6: there the third one of float calls libm, and only it is asked. */
#define WI_IMPL_SINE_LIMIT 3e6
WI_IMPL_VALUE(sine)  { return sin(p * z); }
WI_IMPL_SLOPE(sine)  { return p * cos(p * z); }
#if WI_IMPL_DOUBLE
WI_IMPL_VALUEF(sine) { return wi_impl_sine_value(z, p); }
WI_IMPL_SLOPEF(sine) { return wi_impl_sine_slope(z, p); }
#else
WI_IMPL_VALUEF(sine) { return wi_impl_sinef(fused, p * (double)z, 0); }
WI_IMPL_SLOPEF(sine) { return (float)(p * (double)wi_impl_sinef(fused, p * (double)z, 0.5)); }
#endif
WI_IMPL_LANE wi_real wi_impl_sine_anywhere(int slope, int fused, wi_real z, double p)
{
    if (fabs(p * (double)z) < WI_IMPL_SINE_LIMIT)
        return slope ? wi_impl_sine_slopef(fused, z, p) : wi_impl_sine_valuef(fused, z, p);
    return (wi_real)(slope ? wi_impl_sine_slope((double)z, p) : wi_impl_sine_value((double)z, p));
}

/* f(z), or f'(z) if slope. */
static double wi_impl_act_double(const wi_act *act, int slope, double z)
{
    double (*own)(double, double) = slope ? act->df : act->f;
    switch (act->kind) {
#define WI_IMPL_ACT_DOUBLE(id, name, preset) \
    case WI_ACT_##id: \
        return slope ? wi_impl_##name##_slope(z, act->param) : wi_impl_##name##_value(z, act->param);
    WI_ACT_LIST(WI_IMPL_ACT_DOUBLE)
    case WI_ACT_CUSTOM: return own ? own(z, act->param) : WI_IMPL_NAN;
    default:            return WI_IMPL_NAN;
    }
}

static double wi_impl_act_value(const wi_act *act, double z) { return wi_impl_act_double(act, 0, z); }
static double wi_impl_act_slope(const wi_act *act, double z) { return wi_impl_act_double(act, 1, z); }
WI_API double wi_act_value(wi_act act, double z) { return wi_impl_act_double(&act, 0, z); }
WI_API double wi_act_slope(wi_act act, double z) { return wi_impl_act_double(&act, 1, z); }

/* ---- Arrays -----------------------------------------------------------------
   Element by element through double for activations of yours, and on x86 processors without AVX2, which are
   few by now: the last lines of the chapter. All else has a loop of its own for each kind, over blocks,
   compiled for each width of vectors. */

/* f(z), or f'(z) if slope; kind and slope are constants wherever this is inlined. */
WI_IMPL_LANE wi_real wi_impl_act_of(int kind, int slope, int fused, wi_real z, double p)
{
    switch (kind) {
#define WI_IMPL_ACT_OF(id, name, preset)                                                            \
    case WI_ACT_##id:                                                                               \
        if (!WI_IMPL_HAS(WINIT_ACTS, WI_ACT_##id)) break;                                           \
        return slope ? wi_impl_##name##_slopef(fused, z, p) : wi_impl_##name##_valuef(fused, z, p);
    WI_ACT_LIST(WI_IMPL_ACT_OF)
    }
    return (wi_real)WI_IMPL_NAN;
}

/* Block by block, to the end of the last. The elements of a block go side by side, since none needs another
   (y may be z or dy). In float only a sine far from 0 calls a function here, so that the formula's constants
   stay in registers. */
#define WI_IMPL_ACT_BLOCK (64 / sizeof(wi_real))   /* the largest: a line of the cache */
WI_IMPL_INLINE void wi_impl_act_blocks(int kind, int slope, int fused, size_t block, double p,
                                       wi_real *y, const wi_real *dy, const wi_real *z, size_t n)
{
    const int sine = !WI_IMPL_DOUBLE && kind == WI_ACT_SINE && WI_IMPL_HAS(WINIT_ACTS, WI_ACT_SINE);
    const int calls = WI_IMPL_DOUBLE && (kind == WI_ACT_SINE || kind == WI_ACT_GELU);
    const wi_real omega = (wi_real)fabs(p);
    for (size_t done = 0; done < n; done += block) {
        int distant = calls;
        for (size_t i = 0; sine && i < block; i++)
            distant |= !(omega * wi_impl_minus(z[i]) > (wi_real)(-0.999 * WI_IMPL_SINE_LIMIT));
        for (size_t i = 0; distant && i < block; i++) {
            wi_real v = calls ? wi_impl_act_of(kind, slope, fused, z[i], p)
                              : wi_impl_sine_anywhere(slope, fused, z[i], p);
            y[i] = slope ? dy[i] * v : v;
        }
        if (!distant) WI_IMPL_SIDE_BY_SIDE for (size_t i = 0; i < block; i++) {
            wi_real v = wi_impl_act_of(kind, slope, fused, z[i], p);
            y[i] = slope ? dy[i] * v : v;
        }
        y += block;
        z += block;
        if (slope) dy += block;
    }
}

/* The blocks of a kind that is known when compiling, so that its formula alone is in the loop, in a function
   that saves no more registers than it needs; for each width of vectors: all kinds with AVX2, on 64-bit Arm
   and in WebAssembly, which alone does not fuse; with AVX-512 ReLU, and those that do enough arithmetic for
   the width to count. */
typedef void wi_impl_act_runner(int kind, double p, wi_real *y, const wi_real *dy, const wi_real *z,
                                size_t n);
#define WI_IMPL_ACT_RUN(id, run, TARGET, FUSED, BLOCK)                                            \
TARGET static WI_IMPL_APART void run(int kind, double p, wi_real *y, const wi_real *dy,           \
                                     const wi_real *z, size_t n)                                  \
{                                                                                                 \
    (void)kind;                                                                                   \
    if (dy) wi_impl_act_blocks(WI_ACT_##id, 1, FUSED, BLOCK, p, y, dy, z, n);                     \
    else wi_impl_act_blocks(WI_ACT_##id, 0, FUSED, BLOCK, p, y, dy, z, n);                        \
}
#define WI_IMPL_ACT_NAME(id, name, preset) wi_impl_##name##_run,
#if WI_IMPL_X86
#define WI_IMPL_ACT_ONE(id, name, preset) WI_IMPL_ACT_RUN(id, wi_impl_##name##_run, WI_IMPL_AVX2, 1, 8)
#define WI_IMPL_ACT_WIDE(id, name) \
    WI_IMPL_ACT_RUN(id, wi_impl_##name##_wide, WI_IMPL_AVX512, 1, WI_IMPL_ACT_BLOCK)
WI_IMPL_ACT_WIDE(RELU, relu)
WI_IMPL_ACT_WIDE(SIGMOID, sigmoid)
WI_IMPL_ACT_WIDE(TANH, tanh)
WI_IMPL_ACT_WIDE(GELU, gelu)
WI_IMPL_ACT_WIDE(SILU, silu)
WI_IMPL_ACT_WIDE(SOFTSIGN, softsign)
#elif WI_IMPL_SIMD && (defined(__aarch64__) || defined(__wasm_simd128__))
#ifdef __wasm__
#define WI_IMPL_ACT_ONE(id, name, preset) WI_IMPL_ACT_RUN(id, wi_impl_##name##_run, , 0, WI_IMPL_ACT_BLOCK)
#else
#define WI_IMPL_ACT_ONE(id, name, preset) WI_IMPL_ACT_RUN(id, wi_impl_##name##_run, , 1, WI_IMPL_ACT_BLOCK)
#endif
#endif
#ifdef WI_IMPL_ACT_ONE
WI_ACT_LIST(WI_IMPL_ACT_ONE)
/* The one for n numbers; NULL where the activation or this processor has none. */
static wi_impl_act_runner *wi_impl_act_run_of(const wi_act *act, size_t n)
{
    static wi_impl_act_runner *const all[] = {WI_ACT_LIST(WI_IMPL_ACT_NAME)};
    if (act->kind < 0 || act->kind >= WI_ACT_CUSTOM) return NULL;
#if WI_IMPL_X86
    const int bits = wi_impl_simd_bits();
    if (bits < 256) return NULL;
    switch (bits == 512 && n > 8 ? act->kind : -1) {
    case WI_ACT_RELU:     return wi_impl_relu_wide;
    case WI_ACT_SIGMOID:  return wi_impl_sigmoid_wide;
    case WI_ACT_TANH:     return wi_impl_tanh_wide;
    case WI_ACT_GELU:     return wi_impl_gelu_wide;
    case WI_ACT_SILU:     return wi_impl_silu_wide;
    case WI_ACT_SOFTSIGN: return wi_impl_softsign_wide;
    }
#endif
    (void)n;
    return all[act->kind];
}
#else
/* Processors without vectors, or without fused multiply-add: one loop for all kinds. */
static void wi_impl_act_run(int kind, double p, wi_real *y, const wi_real *dy, const wi_real *z, size_t n)
{
    wi_impl_act_blocks(kind, dy != NULL, 0, WI_IMPL_ACT_BLOCK, p, y, dy, z, n);
}
static wi_impl_act_runner *wi_impl_act_run_of(const wi_act *act, size_t n)
{
    (void)n;
    return act->kind < 0 || act->kind >= WI_ACT_CUSTOM ? NULL : wi_impl_act_run;
}
#endif

/* What is left after the last whole block goes through a padded copy, and so fares like the rest. */
static WI_IMPL_APART void wi_impl_act_rest(wi_impl_act_runner *run, const wi_act *act, wi_real *y,
                                           const wi_real *dy, const wi_real *z, size_t n)
{
    wi_real pad_y[WI_IMPL_ACT_BLOCK], pad_dy[WI_IMPL_ACT_BLOCK] = {0}, pad_z[WI_IMPL_ACT_BLOCK] = {0};
    memcpy(pad_z, z, n * sizeof *z);
    if (dy) memcpy(pad_dy, dy, n * sizeof *dy);
    run(act->kind, act->param, pad_y, dy ? pad_dy : NULL, pad_z, n);
    memcpy(y, pad_y, n * sizeof *y);
}

/* y = f(z), or y = dy f'(z) if dy is given, by a loop in the widest vectors of this processor. */
static WI_IMPL_APART void wi_impl_act_by_blocks(wi_impl_act_runner *run, const wi_act *act, wi_real *y,
                                                const wi_real *dy, const wi_real *z, size_t n)
{
    const size_t block = !WI_IMPL_X86 || (n > 8 && wi_impl_simd_bits() == 512) ? WI_IMPL_ACT_BLOCK : 8;
    const size_t whole = n & ~(block - 1), rest = n - whole;   /* a block is a power of 2 */
    if (whole > 0) run(act->kind, act->param, y, dy, z, whole);
    if (rest > 0) wi_impl_act_rest(run, act, y + whole, dy ? dy + whole : NULL, z + whole, rest);
}

/* The same for any activation, also one without a loop; inlined, so that what only goes forward links no
   slopes. */
static WI_IMPL_HERE void wi_impl_act_apply(const wi_act *act, wi_real *y, const wi_real *dy,
                                           const wi_real *z, size_t n)
{
    const int copy = act->kind == WI_ACT_LINEAR && !dy;
    wi_impl_act_runner *run = wi_impl_act_run_of(act, n);
    if (copy && n > 0) memmove(y, z, n * sizeof *y);
    else if (run) wi_impl_act_by_blocks(run, act, y, dy, z, n);
    if (copy || run) return;
    for (size_t i = 0; i < n; i++) {
        double x = (double)z[i], v = WI_IMPL_NAN;
        if (WI_IMPL_X86) v = wi_impl_act_double(act, dy != NULL, x);
        else if (dy && act->df) v = act->df(x, act->param);   /* here only yours are left */
        else if (!dy && act->f) v = act->f(x, act->param);
        y[i] = (wi_real)(dy ? (double)dy[i] * v : v);
    }
}

WI_API void wi_act_forward(wi_act act, wi_real *y, const wi_real *z, size_t n)
{
    wi_impl_act_apply(&act, y, NULL, z, n);
}

WI_API void wi_act_backward(wi_act act, wi_real *dz, const wi_real *dy, const wi_real *z, size_t n)
{
    wi_impl_act_apply(&act, dz, dy, z, n);
}

/* ==== 6. Theory >>theory-impl =============================================
   All of it rests on one integral, E g(x) for x ~ N(mean, std^2), done for
   several g at once: cut the line where activations have kinks and scales,
   then halve every piece until halving changes nothing. Inside an integral
   over two variables, a sum at even steps does for what is smooth.

       f, q          ->  E f^2, E f, E f', E f'^2, ...         averages
       averages, c   ->  q', c', chi                           one layer on
       layer, layer, ...  ->  q*, c*, the depth of a signal    fixed points
       chi(q) = 1    ->  sw2, q                                criticality */

#define WI_IMPL_MOMENTS   6      /* most integrands at once */
#define WI_IMPL_BREAKS    16     /* points of a break that are known */
#define WI_IMPL_PIECES    (3 + 2 * WI_IMPL_BREAKS)   /* pieces to begin with */
#define WI_IMPL_HALVINGS  48     /* a kink is closed in on to 2^-48 of its piece */
#define WI_IMPL_SMOOTH    12     /* so many are enough where there is none */
#define WI_IMPL_STEPS     128    /* most intervals of the even sum */
#define WI_IMPL_BUDGET    5000   /* halvings in all: an end even for noise */

/* Values of the integrands at x = mean + std z, into values[count]. */
typedef void (*wi_impl_integrand)(const void *context, double x, double z, double *values);

/* Where an activation jumps, bends, or is at the end of what its scale lets it do. */
typedef struct wi_impl_breaks {
    double x[WI_IMPL_BREAKS];
    size_t count;
} wi_impl_breaks;

typedef struct wi_impl_average {
    wi_impl_integrand g;
    const void *context;
    size_t count;
    double mean, std, tolerance;
    wi_impl_breaks *breaks;
    double apart;                    /* g breaks at x + apart and at x - apart, x of breaks */
    int even, tails, pair;           /* g(-z) = g(z); g may grow fast; one of two integrals */
    double scale[WI_IMPL_MOMENTS];   /* what the integrals are large against */
    double sum[WI_IMPL_MOMENTS];
    long budget;
} wi_impl_average;

/* Integrate g(mean + std z) exp(-z^2/2)/sqrt(2 pi) over [a, b] by the 20-point Gauss-Legendre rule. */
static void wi_impl_piece(const wi_impl_average *e, double a, double b, double *integral)
{
    static const double node[10] = {0.07652652113349733375, 0.22778585114164507808, 0.37370608871541956067,
                                    0.51086700195082709800, 0.63605368072651502545, 0.74633190646015079261,
                                    0.83911697182221882339, 0.91223442825132590587, 0.96397192727791379127,
                                    0.99312859918509492479};
    static const double weight[10] = {0.15275338713072585070, 0.14917298647260374679, 0.14209610931838205133,
                                      0.13168863844917662690, 0.11819453196151841731, 0.10193011981724043504,
                                      0.08327674157670474872, 0.06267204833410906357, 0.04060142980038694133,
                                      0.01761400713915211831};
    const double middle = 0.5 * (a + b), half = 0.5 * (b - a), density = 0.39894228040143267794;
    double values[WI_IMPL_MOMENTS];

    memset(integral, 0, WI_IMPL_MOMENTS * sizeof *integral);
    for (int k = 0; k < 20; k++) {
        double z = middle + half * (k % 2 ? node[k / 2] : -node[k / 2]);
        double mass = half * weight[k / 2] * density * exp(-0.5 * z * z);
        e->g(e->context, e->mean + e->std * z, z, values);
        for (size_t i = 0; i < e->count; i++) integral[i] += mass * values[i];
    }
}

/* The trapezoidal rule over [a, b], at whose ends the integrand is even or gone. Of an analytic one, halving
   the step squares the error (Trefethen and Weideman 2014), so that sums that agree to 1e-8 are right to the
   last digits. Returns 0 where none do: something bends, or is steep. */
static int wi_impl_even_sum(const wi_impl_average *e, double a, double b, double *result)
{
    double values[WI_IMPL_MOMENTS], sum[WI_IMPL_MOMENTS] = {0.0}, size[WI_IMPL_MOMENTS] = {0.0};
    for (int n = 16, agree = 0; n <= WI_IMPL_STEPS && !agree; n *= 2) {
        double step = (b - a) / n;
        agree = n > 16;
        for (int k = agree; k <= n; k += 1 + agree) {   /* from the second sum on, what is new: odd k */
            double z = a + k * step, mass = 0.39894228040143267794 * exp(-0.5 * z * z);
            e->g(e->context, e->mean + e->std * z, z, values);
            for (size_t i = 0; i < e->count; i++) {
                sum[i] += (k ? 1.0 : 0.5) * mass * values[i];
                size[i] += mass * fabs(values[i]);
            }
        }
        for (size_t i = 0; i < e->count; i++) {
            double last = result[i], scale = fmax(e->scale[i], step * size[i]);
            result[i] = step * sum[i];
            if (n > 16 && !(fabs(result[i] - last) <= 1e-8 * scale)) agree = 0;
        }
        if (agree) return 1;
    }
    return 0;
}

/* |g(a) - 2 g(middle) + g(b)| beside the size of these, over all integrands: 0 on a line, large at a jump or
   a kink. */
static WI_IMPL_RARE double wi_impl_bend(const wi_impl_average *e, double a, double b)
{
    double values[3][WI_IMPL_MOMENTS], bend = 0.0, size = 1e-300 + 1e-3 * e->scale[0];
    for (int k = 0; k < 3; k++) {
        double z = a + 0.5 * k * (b - a);
        e->g(e->context, e->mean + e->std * z, z, values[k]);
        for (size_t i = 0; i < e->count; i++) size += fabs(values[k][i]);
    }
    for (size_t i = 0; i < e->count; i++) bend += fabs(values[0][i] - 2.0 * values[1][i] + values[2][i]);
    return bend / size;
}

static void wi_impl_add_break(wi_impl_breaks *breaks, double x, double margin)
{
    for (size_t k = 0; k < breaks->count; k++)
        if (fabs(x - breaks->x[k]) <= margin) return;
    if (breaks->count < WI_IMPL_BREAKS) breaks->x[breaks->count++] = x;
}

/* Close in on what bends between a and b, and remember where: a cut there leaves smooth pieces on both
   sides. In half the width what is smooth bends a quarter as much, a kink half, a jump the same; what is
   steep is a jump down to some width, and held by multiples of that. */
static WI_IMPL_RARE void wi_impl_find_break(wi_impl_average *e, double a, double b)
{
    static const double around[7] = {0, -8, 8, -64, 64, -512, 512};
    double bend = wi_impl_bend(e, a, b);
    int k = 0;
    for (; k < 60 && bend > 1e-9; k++) {
        double middle = 0.5 * (a + b), left = wi_impl_bend(e, a, middle), right = wi_impl_bend(e, middle, b);
        if (fmax(left, right) < 0.3 * bend) break;
        bend = fmax(left, right);
        if (left > right) b = middle;
        else a = middle;
    }
    int steep = k >= 3 && k < 40 && bend > 0.01;
    if (k < 20 && !steep) return;
    double x = e->mean + e->std * 0.5 * (a + b), width = e->std * (b - a);
    for (int i = 0; i < (steep ? 7 : 1); i++)
        wi_impl_add_break(e->breaks, x + around[i] * width, steep ? width : 1e-6 * (fabs(x) + e->std));
}

/* Add the integral over [a, b], known to be about `whole`:
   if two halves agree with it take them, else go on. */
static void wi_impl_refine(wi_impl_average *e, double a, double b, const double *whole, int halvings)
{
    double middle = 0.5 * (a + b), left[WI_IMPL_MOMENTS], right[WI_IMPL_MOMENTS];
    int agree = 1;

    wi_impl_piece(e, a, middle, left);
    wi_impl_piece(e, middle, b, right);
    for (size_t i = 0; i < e->count; i++) {
        e->scale[i] = fmax(e->scale[i], fabs(left[i] + right[i]));   /* a first look misses a pole */
        if (fabs(left[i] + right[i] - whole[i]) > e->tolerance * e->scale[i]) agree = 0;
    }

    if (agree || halvings == 0 || e->budget-- <= 0) {
        for (size_t i = 0; i < e->count; i++) e->sum[i] += left[i] + right[i];
    } else {
        if (halvings == WI_IMPL_HALVINGS - WI_IMPL_SMOOTH && !e->pair) wi_impl_find_break(e, a, b);
        wi_impl_refine(e, a, middle, left, halvings - 1);
        wi_impl_refine(e, middle, b, right, halvings - 1);
    }
}

/* Cut [-38, 38], beyond which exp(-z^2/2) is as good as 0 in double, or, where g does not grow fast,
   [-9, 9], at the breaks. */
static size_t wi_impl_cuts(const wi_impl_average *e, double *cut)
{
    size_t n = 0;
    if (e->tails && !e->even) cut[n++] = -38.0;
    cut[n++] = e->even ? 0.0 : -9.0;
    cut[n++] = 9.0;
    if (e->tails) cut[n++] = 38.0;
    for (size_t k = 0; k < 2 * e->breaks->count; k++) {
        double apart = k % 2 ? e->apart : -e->apart, z = (e->breaks->x[k / 2] + apart - e->mean) / e->std;
        size_t i = n;
        if (!(z > cut[0] && z < cut[n - 1])) continue;
        while (cut[i - 1] > z) i--;
        if (cut[i - 1] == z) continue;
        memmove(cut + i + 1, cut + i, (n - i) * sizeof *cut);
        cut[i] = z;
        n++;
    }
    return n;
}

/* E g(x), x ~ N(mean, std^2), for the first `count` values of g, each to `tolerance` of its magnitude, or of
   scale[i] if that is larger. */
WI_IMPL_RARE static void wi_impl_expect(wi_impl_average *e, double *result)
{
    double cut[WI_IMPL_PIECES + 1], piece[WI_IMPL_PIECES][WI_IMPL_MOMENTS];
    if (!wi_impl_finite(e->mean + e->std)) {
        for (size_t i = 0; i < e->count; i++) result[i] = WI_IMPL_NAN;
        return;
    }
    /* No width, or one that x cannot resolve: a point mass. */
    if (e->std <= fabs(e->mean) * 1e-15) {
        e->g(e->context, e->mean, 0.0, result);
        return;
    }

    if (e->pair && !e->tails && e->breaks->count == 0
        && wi_impl_even_sum(e, e->even ? 0.0 : -9.0, 9.0, result)) {
        for (size_t i = 0; e->even && i < e->count; i++) result[i] *= 2.0;
        return;
    }

    /* A first look at every piece tells how large the integrals are; then each piece is refined. */
    size_t n = wi_impl_cuts(e, cut) - 1;
    for (size_t k = 0; k < n; k++) {
        wi_impl_piece(e, cut[k], cut[k + 1], piece[k]);
        for (size_t i = 0; i < e->count; i++) e->scale[i] += fabs(piece[k][i]);
    }
    for (size_t k = 0; k < n; k++) wi_impl_refine(e, cut[k], cut[k + 1], piece[k], WI_IMPL_HALVINGS);
    for (size_t i = 0; i < e->count; i++) result[i] = e->even ? 2.0 * e->sum[i] : e->sum[i];
}

/* What theory needs of an activation f at x = mean + std z. */
enum { WI_IMPL_F2, WI_IMPL_F, WI_IMPL_D, WI_IMPL_D2, WI_IMPL_F4, WI_IMPL_ZFD };

static void wi_impl_act_integrand(const void *context, double x, double z, double *values)
{
    const wi_act *act = (const wi_act *)context;
    double f = wi_impl_act_value(act, x), d = wi_impl_act_slope(act, x);
    values[WI_IMPL_F2] = f * f;
    values[WI_IMPL_F] = f;
    values[WI_IMPL_D] = d;
    values[WI_IMPL_D2] = d * d;
    values[WI_IMPL_F4] = f * f * f * f;
    values[WI_IMPL_ZFD] = z * f * d;
}

/* f(x)^2 alone, which the search for a fixed point asks for many times. */
static void wi_impl_square_integrand(const void *context, double x, double z, double *values)
{
    double f = wi_impl_act_value((const wi_act *)context, x);
    (void)z;
    for (size_t i = 0; i < WI_IMPL_MOMENTS; i++) values[i] = f * f;
}

/* The sine in closed form, from E cos(k x) = exp(-k^2 std^2 / 2) cos(k mean). */
static void wi_impl_sine_moments(double omega, double mean, double std, double *m)
{
    double s = omega * std, fade1 = exp(-0.5 * s * s), fade2 = exp(-2.0 * s * s), fade4 = exp(-8.0 * s * s);
    double cos2 = fade2 * cos(2.0 * omega * mean), cos4 = fade4 * cos(4.0 * omega * mean);
    m[WI_IMPL_F2] = 0.5 * (1.0 - cos2);
    m[WI_IMPL_F] = fade1 * sin(omega * mean);
    m[WI_IMPL_D] = omega * fade1 * cos(omega * mean);
    m[WI_IMPL_D2] = 0.5 * omega * omega * (1.0 + cos2);
    m[WI_IMPL_F4] = 0.375 - 0.5 * cos2 + 0.125 * cos4;
    m[WI_IMPL_ZFD] = omega * omega * std * cos2;

    /* Small angles about 0 would cancel: there 1 - exp(-2 s^2) = -expm1(-2 s^2). */
    if (mean == 0.0) {
        m[WI_IMPL_F2] = -0.5 * expm1(-2.0 * s * s);
        if (s < 0.01) m[WI_IMPL_F4] = 3.0 * s * s * s * s * (1.0 - 10.0 / 3.0 * s * s);
    }
}

static void wi_impl_linear_moments(double mean, double var, double *m)
{
    m[WI_IMPL_F2] = mean * mean + var;
    m[WI_IMPL_F] = mean;
    m[WI_IMPL_D] = m[WI_IMPL_D2] = 1.0;
    m[WI_IMPL_F4] = m[WI_IMPL_F2] * m[WI_IMPL_F2] + 2.0 * var * (var + 2.0 * mean * mean);
    m[WI_IMPL_ZFD] = sqrt(var);
}

/* An activation f over x ~ N(mean, std^2). */
typedef struct wi_impl_gauss {
    wi_act act;
    double mean, std, m[WI_IMPL_MOMENTS];
    wi_impl_breaks breaks;
} wi_impl_gauss;

/* Does g have a kink or a jump at x? Over a step of 1e-5 what is smooth bends by about 1e-10. */
static int wi_impl_breaks_at(const wi_impl_average *e, double x)
{
    double z = (x - e->mean) / e->std, step = 1e-5 / e->std;
    return fabs(z) < 38.0 && wi_impl_bend(e, z - step, z + step) > 1e-6;
}

/* Average six values of g. Activations may have kinks at 0 and +-3, custom ones anywhere, mostly at round
   numbers: those within +-6 are looked for, others found where halving meets them. What is steep is so at 0;
   under a wide Gaussian a sigmoid is a step, held by +-12 and +-40. */
WI_IMPL_RARE static void wi_impl_average_act(wi_impl_gauss *over, wi_impl_integrand g, double *m)
{
    static const double wide[5] = {0, -12, 12, -40, 40};
    int custom = over->act.kind == WI_ACT_CUSTOM, tails = custom || fabs(over->mean) > 4.0 * over->std;
    wi_impl_average e = {g, &over->act, WI_IMPL_MOMENTS, over->mean, over->std, 1e-11, &over->breaks, 0.0, 0,
                         tails, 0, {0}, {0}, WI_IMPL_BUDGET};
    over->breaks.count = 0;
    for (int k = -24; custom && k <= 24; k++) {   /* how large is f^2? */
        g(e.context, 0.25 * k, (0.25 * k - e.mean) / e.std, m);
        e.scale[0] = fmax(e.scale[0], fabs(m[0]));
    }
    for (int k = -24; k <= 24; k += custom ? 1 : 12)
        if (wi_impl_breaks_at(&e, 0.25 * k)) wi_impl_add_break(&over->breaks, 0.25 * k, 0.0);
    for (int k = -25; custom && k < 25; k++) {
        double a = (0.25 * k + 0.125 - e.mean) / e.std;
        wi_impl_find_break(&e, a, a + 0.25 / e.std);
    }
    e.scale[0] = 0.0;
    for (int k = 0; k < 5; k++)
        if (fmax(fabs(wide[k]), 3.0) < e.std) wi_impl_add_break(&over->breaks, wide[k], 0.0);
    wi_impl_expect(&e, m);
}

WI_IMPL_RARE static wi_impl_gauss wi_impl_averages_of(const wi_act *act, double mean, double std,
                                                      wi_impl_integrand g)
{
    wi_impl_gauss over;
    over.act = *act;
    over.mean = mean;
    over.std = std;
    if (act->kind == WI_ACT_SINE) wi_impl_sine_moments(act->param, mean, std, over.m);
    else if (act->kind == WI_ACT_LINEAR) wi_impl_linear_moments(mean, std * std, over.m);
    else if (std == 0.0) g(act, mean, 0.0, over.m);   /* no width, by which others divide */
    else wi_impl_average_act(&over, g, over.m);
    return over;
}

static wi_impl_gauss wi_impl_act_averages(const wi_act *act, double mean, double std)
{
    return wi_impl_averages_of(act, mean, std, wi_impl_act_integrand);
}

WI_API wi_moments wi_act_moments(wi_act act, double mean, double std)
{
    wi_moments result;
    result.mean = result.second = result.slope_mean = result.slope_second = WI_IMPL_NAN;
    if (!wi_impl_finite(mean) || !wi_impl_finite(std) || std < 0.0) return result;

    wi_impl_gauss over = wi_impl_act_averages(&act, mean, std);
    result.mean = over.m[WI_IMPL_F];
    result.second = over.m[WI_IMPL_F2];
    result.slope_mean = over.m[WI_IMPL_D];
    result.slope_second = over.m[WI_IMPL_D2];
    return result;
}

WI_API double wi_gain(wi_act act)
{
    return 1.0 / sqrt(wi_act_moments(act, 0.0, 1.0).second);
}

WI_API double wi_gain_backward(wi_act act)
{
    return 1.0 / sqrt(wi_act_moments(act, 0.0, 1.0).slope_second);
}

WI_API double wi_gain_pytorch(wi_act act)
{
    switch (act.kind) {
    case WI_ACT_LINEAR:
    case WI_ACT_SIGMOID:    return 1.0;
    case WI_ACT_TANH:       return 5.0 / 3.0;
    case WI_ACT_RELU:       return sqrt(2.0);
    case WI_ACT_LEAKY_RELU: return sqrt(2.0 / (1.0 + act.param * act.param));
    case WI_ACT_SELU:       return 0.75;
    default:                return WI_IMPL_NAN;
    }
}

WI_API wi_status wi_act_check(wi_act act, wi_error *error)
{
    if (act.kind < 0 || act.kind >= WI_ACT_COUNT)
        return wi_impl_fail(error, WI_ERR_ARG, "%d is not a wi_act_kind", act.kind);
    if (act.kind == WI_ACT_CUSTOM && (!act.f || !act.df))
        return wi_impl_fail(error, WI_ERR_ARG, "activation '%s': f and df must both be given",
                            wi_act_name(act));

    /* A step of 0.157 keeps clear of kinks at round numbers.
       Elsewhere a kink's slope may be either side's. */
    for (int k = -50; k <= 50; k++) {
        double z = 0.157 * k + 0.011, h = 1e-5;
        double left = (wi_impl_act_value(&act, z) - wi_impl_act_value(&act, z - h)) / h;
        double right = (wi_impl_act_value(&act, z + h) - wi_impl_act_value(&act, z)) / h;
        double slope = wi_impl_act_slope(&act, z), margin = 1e-4 * (1.0 + fabs(left) + fabs(right));
        if (!wi_impl_finite(left) || !wi_impl_finite(right) || !wi_impl_finite(slope))
            return wi_impl_fail(error, WI_ERR_NUMERIC, "activation '%s': f or df is not finite near z = %g",
                                wi_act_name(act), z);
        if (slope < fmin(left, right) - margin || slope > fmax(left, right) + margin)
            return wi_impl_fail(error, WI_ERR_NUMERIC, "activation '%s': df(%g) = %g, but f changes at a "
                                "rate of %g there", wi_act_name(act), z, slope, 0.5 * (left + right));
    }
    return wi_impl_ok(error);
}

/* Two inputs of variance v and correlation c have a half of their sum and of their difference,
       u1 = s + t,  u2 = s - t,    s ~ N(mean, v (1 + c) / 2),  t ~ N(0, v (1 - c) / 2),
   that are independent, so E f(u1) f(u2) = E_t E_s f(s + t) f(s - t): two averages inside one another. The
   inner one breaks at x + t and x - t where f breaks at x; it is smooth in t but where two breaks meet. */
typedef struct wi_impl_pair {
    wi_impl_gauss over;
    double t, s_std;
} wi_impl_pair;

static void wi_impl_s_integrand(const void *context, double s, double z, double *values)
{
    const wi_impl_pair *pair = (const wi_impl_pair *)context;
    double u1 = s + pair->t, u2 = s - pair->t;
    (void)z;
    values[0] = wi_impl_act_value(&pair->over.act, u1) * wi_impl_act_value(&pair->over.act, u2);
    values[1] = wi_impl_act_slope(&pair->over.act, u1) * wi_impl_act_slope(&pair->over.act, u2);
}

static void wi_impl_t_integrand(const void *context, double t, double z, double *values)
{
    wi_impl_pair pair = *(const wi_impl_pair *)context;
    const double *m = pair.over.m;
    int tails = pair.over.act.kind == WI_ACT_CUSTOM;
    wi_impl_average e = {wi_impl_s_integrand, &pair, 2, pair.over.mean, pair.s_std, 1e-11, &pair.over.breaks,
                         t, 0, tails, 1, {m[WI_IMPL_F2], m[WI_IMPL_D2]}, {0}, WI_IMPL_BUDGET};
    (void)z;
    pair.t = t;
    wi_impl_expect(&e, values);
}

/* f and f' against Hermite's polynomials h_1, h_2 and h_3. */
static void wi_impl_hermite_integrand(const void *context, double x, double z, double *values)
{
    const wi_act *act = (const wi_act *)context;
    const double h[3] = {z, (z * z - 1.0) / sqrt(2.0), z * (z * z - 3.0) / sqrt(6.0)};
    double f = wi_impl_act_value(act, x), d = wi_impl_act_slope(act, x);
    for (int k = 0; k < 3; k++) {
        values[k] = f * h[k];
        values[3 + k] = d * h[k];
    }
}

/* Mehler's series: E f(u1) f(u2) is the sum of c^k (E f h_k)^2, which for c = 1 is E f^2. What the first
   terms leave of that goes with c^4. */
static double wi_impl_mehler(double mean, const double *fh, double second, double c)
{
    double sum = mean * mean, rest = second - sum, power = c;
    for (int k = 0; k < 3; k++, power *= c) {
        sum += power * fh[k] * fh[k];
        rest -= fh[k] * fh[k];
    }
    return sum + power * rest;
}

/* product[0] = E f(u1) f(u2), product[1] = E f'(u1) f'(u2), with u1, u2 ~ N(mean, var) of correlation c;
   `rough`: where |c| < 0.2 to a thousandth of E f^2 and E f'^2, in a fiftieth of the time. */
WI_IMPL_RARE static void wi_impl_act_product(wi_impl_gauss *over, double c, int rough, double *product)
{
    const double *m = over->m, *x = over->breaks.x;
    wi_act act = over->act;
    if (c == 1.0) {
        product[0] = m[WI_IMPL_F2];
        product[1] = m[WI_IMPL_D2];
    } else if (c == 0.0 || act.kind == WI_ACT_LINEAR) {
        product[0] = m[WI_IMPL_F] * m[WI_IMPL_F] + (c == 0.0 ? 0.0 : c * over->std * over->std);
        product[1] = m[WI_IMPL_D] * m[WI_IMPL_D];
    } else if (act.kind == WI_ACT_SINE) {
        /* 2 sin a sin b = cos(a - b) - cos(a + b), and Var(u1 -+ u2) = 2 var (1 -+ c) */
        double k = pow(act.param * over->std, 2.0), apart = exp(-k * (1.0 - c));
        double along = exp(-k * (1.0 + c)) * cos(2.0 * act.param * over->mean);
        product[0] = 0.5 * (apart - along);
        product[1] = 0.5 * act.param * act.param * (apart + along);
    } else if (rough && fabs(c) < 0.2) {
        double h[WI_IMPL_MOMENTS];
        wi_impl_average_act(over, wi_impl_hermite_integrand, h);
        product[0] = wi_impl_mehler(m[WI_IMPL_F], h, m[WI_IMPL_F2], c);
        product[1] = wi_impl_mehler(m[WI_IMPL_D], h + 3, m[WI_IMPL_D2], c);
    } else {
        wi_impl_pair pair = {*over, 0.0, over->std * sqrt((1.0 + c) / 2.0)};
        wi_impl_breaks meet = {{0}, 0};
        wi_impl_average e = {wi_impl_t_integrand, &pair, 2, 0.0, over->std * sqrt((1.0 - c) / 2.0), 1e-10,
                             &meet, 0.0, 1, act.kind == WI_ACT_CUSTOM, 1, {m[WI_IMPL_F2], m[WI_IMPL_D2]}, {0},
                             WI_IMPL_BUDGET};
        for (size_t i = 0; i < over->breaks.count; i++) {
            if (c < 0.0) wi_impl_add_break(&meet, fabs(x[i] - over->mean), 0.0);   /* s hardly moves */
            for (size_t j = 0; j <= i; j++) wi_impl_add_break(&meet, fabs(x[i] - x[j]) / 2.0, 0.0);
        }
        wi_impl_expect(&e, product);
    }
}

/* Layers over which a deviation that is multiplied by `factor` a layer shrinks e times. */
static WI_IMPL_APART double wi_impl_depth(double factor)
{
    return fabs(factor - 1.0) < 1e-9 ? WI_IMPL_INFINITY : factor <= 0.0 ? 0.0 : -1.0 / log(factor);
}

WI_IMPL_RARE static wi_signal wi_impl_signal_nan(void)
{
    wi_signal s;
    s.q = s.act_second = s.chi = s.correlation = s.depth_scale = s.slope = s.depth_q = WI_IMPL_NAN;
    s.act_mean = s.act_correlation = s.backward = s.spread = s.mean = WI_IMPL_NAN;
    s.units[0] = s.units[1] = s.units[2] = s.units[3] = WI_IMPL_NAN;
    return s;
}

/* The standard deviation at which averages are taken: 0 and infinity stand for their limits, so that ReLU's
   kink counts as half a slope at q = 0, and so that fourth powers neither overflow nor vanish. */
static double wi_impl_signal_std(double q)
{
    return sqrt(q < 1e-140 ? 1e-140 : q > 1e140 ? 1e140 : q);
}

/* E f^2 for a q beyond those limits: above it grows like q unless f is bounded, below it is f(0)^2. */
static double wi_impl_beyond(const wi_act *act, double second, double q)
{
    if (q < 1e-140) return pow(wi_impl_act_value(act, 0.0), 2.0);
    return q > 1e140 && second > 1e30 ? second * (q / 1e140) : second;
}

/* All that follows from (q, c) at a layer. */
WI_IMPL_RARE static wi_signal wi_impl_signal_at(const wi_act *act, double weight_var, double q, double c)
{
    wi_signal s = wi_impl_signal_nan();
    double product[WI_IMPL_MOMENTS], std = wi_impl_signal_std(q);
    wi_impl_gauss over = wi_impl_act_averages(act, 0.0, std);
    s.q = q;
    s.act_second = wi_impl_beyond(act, over.m[WI_IMPL_F2], q);
    s.chi = weight_var * over.m[WI_IMPL_D2];
    s.slope = weight_var * over.m[WI_IMPL_ZFD] / std;  /* dq'/dq = sw2 E z f f' / sqrt(q) */
    s.depth_q = wi_impl_depth(s.slope);
    s.correlation = c;

    s.act_mean = over.m[WI_IMPL_F];

    /* xi_c: how fast the correlation map contracts at c. */
    wi_impl_act_product(&over, c, 0, product);
    s.act_correlation = over.m[WI_IMPL_F2] > 0.0 ? product[0] / over.m[WI_IMPL_F2] : 1.0;
    s.depth_scale = wi_impl_depth(weight_var * product[1]);
    return s;
}

static int wi_impl_is_variance(double x)
{
    return x >= 0.0 && wi_impl_finite(x);
}

WI_API WI_IMPL_OPAQUE wi_signal wi_signal_step(wi_act act, double weight_var, double bias_var, wi_signal at)
{
    if (!wi_impl_is_variance(weight_var) || !wi_impl_is_variance(bias_var) || !(at.q >= 0.0)
        || !(fabs(at.correlation) <= 1.0)) return wi_impl_signal_nan();

    double product[WI_IMPL_MOMENTS];
    wi_impl_gauss over = wi_impl_act_averages(&act, 0.0, wi_impl_signal_std(at.q));
    double second = over.m[WI_IMPL_F2], q = weight_var * wi_impl_beyond(&act, second, at.q) + bias_var;
    if (weight_var == 0.0) q = bias_var;

    /* Two signals that agree stay in agreement, and nothing at all agrees with itself. */
    double c = 1.0;
    if (at.correlation != 1.0 && q > 0.0) {
        wi_impl_act_product(&over, at.correlation, 0, product);
        c = q > 1e40 ? product[0] / second : (weight_var * product[0] + bias_var) / q;
    }
    return wi_impl_signal_at(&act, weight_var, q, fmax(-1.0, fmin(1.0, c)));
}

/* V(q) = sw2 E f(sqrt(q) z)^2 + sb2 */
static double wi_impl_variance_map(const wi_act *act, double weight_var, double bias_var, double q)
{
    wi_impl_gauss over = wi_impl_averages_of(act, 0.0, sqrt(q), wi_impl_square_integrand);
    return weight_var * over.m[WI_IMPL_F2] + bias_var;
}

/* The fixed point of V that q = 1 leads to: V is increasing there or nearly so, so walk the way V(1) points
   until V(q)/q - 1 changes its sign, then follow secants; an end that stays counts half the next time (the
   Illinois rule: Dowell and Jarratt 1971). */
WI_IMPL_RARE static double wi_impl_fixed_q(const wi_act *act, double weight_var, double bias_var)
{
    double at[2] = {1.0, 1.0}, excess[2] = {0.0, wi_impl_variance_map(act, weight_var, bias_var, 1.0) - 1.0};
    if (!wi_impl_finite(excess[1])) return excess[1] > 0.0 ? WI_IMPL_INFINITY : WI_IMPL_NAN;
    if (fabs(excess[1]) < 1e-9) return 1.0;
    int up = excess[1] > 0.0;

    /* Rounding leaves about 1e-11 of doubt in V(q)/q. */
    do {
        at[0] = at[1];
        excess[0] = excess[1];
        at[1] = up ? at[1] * 1.5 : at[1] / 1.5;
        if (at[1] > 1e40) return WI_IMPL_INFINITY;
        if (at[1] < 1e-24) return 0.0;
        excess[1] = wi_impl_variance_map(act, weight_var, bias_var, at[1]) / at[1] - 1.0;
    } while (up ? excess[1] > -1e-11 : excess[1] < 1e-10);

    double q = at[0];
    int between = (excess[0] > 0.0) != (excess[1] > 0.0);
    for (int k = 0; between && k < 60 && fabs(excess[1]) > 1e-14; k++) {
        q = at[1] - excess[1] * (at[1] - at[0]) / (excess[1] - excess[0]);
        double now = wi_impl_variance_map(act, weight_var, bias_var, q) / q - 1.0;
        int stays = (now > 0.0) == (excess[1] > 0.0);
        excess[0] = stays ? 0.5 * excess[0] : excess[1];
        if (!stays) at[0] = at[1];
        at[1] = q;
        excess[1] = now;
    }
    return q;
}

/* The correlation that attracts when chi > 1. The map C is convex on [0, 1] with C(0) >= 0, so
   Newton's method for C(c) = c, started at 0, climbs to its lower fixed point without overshooting.
   C' = sw2 E f'(u1) f'(u2). */
WI_IMPL_RARE static double wi_impl_fixed_c(const wi_act *act, double weight_var, double bias_var, double q)
{
    double c = 0.0, product[WI_IMPL_MOMENTS];
    wi_impl_gauss over = wi_impl_act_averages(act, 0.0, sqrt(q));
    for (int k = 0; k < 60; k++) {
        wi_impl_act_product(&over, c, 0, product);
        double gap = (weight_var * product[0] + bias_var) / q - c, slope = 1.0 - weight_var * product[1];
        if (fabs(gap) < 1e-13 || slope <= 0.0) break;
        c = fmin(c + gap / slope, 1.0);
        if (gap / slope < 1e-13) break;
    }
    return c < 1e-12 ? 0.0 : c;
}

WI_API WI_IMPL_OPAQUE wi_signal wi_signal_fixed_point(wi_act act, double weight_var, double bias_var)
{
    if (!wi_impl_is_variance(weight_var) || !wi_impl_is_variance(bias_var)) return wi_impl_signal_nan();
    double q = weight_var == 0.0 ? bias_var : wi_impl_fixed_q(&act, weight_var, bias_var);
    if (q != q) return wi_impl_signal_nan();

    wi_signal s = wi_impl_signal_at(&act, weight_var, q, 1.0);
    if (s.chi > 1.0 + 1e-9 && q > 0.0 && q < WI_IMPL_INFINITY)
        s = wi_impl_signal_at(&act, weight_var, q, wi_impl_fixed_c(&act, weight_var, bias_var, q));
    return s;
}

/* E f^2 / E f'^2 + sb2 - q, whose zeros are the critical points; sw2 = 1 / E f'^2 there. */
WI_IMPL_RARE static double wi_impl_critical_gap(const wi_act *act, double bias_var, double q,
                                                double *weight_var)
{
    wi_impl_gauss over = wi_impl_act_averages(act, 0.0, wi_impl_signal_std(q));
    double second = over.m[WI_IMPL_F2], slope_second = over.m[WI_IMPL_D2];
    *weight_var = 1.0 / slope_second;
    return second / slope_second + bias_var - q;
}

WI_API WI_IMPL_OPAQUE wi_status wi_critical(wi_act act, double bias_var, double *weight_var, double *q)
{
    double sw2 = 0.0, lo = 1e-12, hi = lo;
    if (!weight_var || !q || !wi_impl_is_variance(bias_var)) return WI_ERR_ARG;

    /* Without a bias: every q may be critical, or the limit q = 0. */
    if (bias_var == 0.0) {
        double zero = wi_impl_act_value(&act, 0.0);
        int always = fabs(wi_impl_critical_gap(&act, 0.0, 10.0, &sw2)) < 1e-8
                  && fabs(wi_impl_critical_gap(&act, 0.0, 1.0, &sw2)) < 1e-9;
        if (!always && zero == 0.0) wi_impl_critical_gap(&act, 0.0, 0.0, &sw2);
        if (always || zero == 0.0) {
            if (!wi_impl_finite(sw2)) return WI_ERR_NUMERIC;
            *weight_var = sw2;
            *q = always ? 1.0 : 0.0;
            return WI_OK;
        }
    }

    /* Walk up until the gap, positive near q = 0, closes; then halve the interval. */
    while (wi_impl_critical_gap(&act, bias_var, hi, &sw2) > -1e-10 * hi) {
        lo = hi;
        hi *= 1.5;
        if (hi > 1e15) return WI_ERR_NUMERIC;
    }
    for (int k = 0; k < 60; k++) {
        double middle = 0.5 * (lo + hi);
        if (wi_impl_critical_gap(&act, bias_var, middle, &sw2) > 0.0) lo = middle;
        else hi = middle;
    }
    wi_impl_critical_gap(&act, bias_var, 0.5 * (lo + hi), &sw2);
    if (!wi_impl_finite(sw2)) return WI_ERR_NUMERIC;
    *weight_var = sw2;
    *q = 0.5 * (lo + hi);
    return WI_OK;
}

WI_API double wi_trainable_depth(wi_signal at)
{
    return 6.0 * fmin(fabs(at.depth_scale), fabs(wi_impl_depth(at.chi)));
}

/* ==== 7. Initializers >>init-impl =========================================
   A fill goes recipe -> law -> numbers -> buffer.

       recipe    what the user says: Var(w) = scale / fan^power, or numbers of its own
       law       what that means at a shape: the distribution of one weight
       numbers   word k of the generator becomes number k: a quantile, w_k = F^-1(u_k)
       buffer    where weight (unit o, input j) lies, and which k it is

   A distribution is inverted, so that number k costs one word, depends on nothing but (seed, stream, k), and
   can be computed in any order, by many threads or in vectors. Where weights depend on each other
   (orthogonal, sparse, identity), each is computed for its place in the buffer.

   A name is a row of WI_IMPL_PRESETS or wi_impl_forms; a way of filling is a case of wi_impl_fill() and of
   wi_impl_recipe_moments(). Switches and no table of functions: a compiler that knows the recipe then leaves
   out the other ways. */

/* ---- Shapes ----------------------------------------------------------------
   The flat index of a unit's inputs is j = i taps + tap: input i of the unit's group, tap y kernel_w + x of
   the kernel. Weight (o, j) lies at (o / outs) group + (o % outs) out + (j / taps) in + (j % taps) tap, where
   outs units make a group: four steps describe every layout, and any view. */

WI_API wi_shape wi_conv2d(size_t in, size_t out, size_t kernel_h, size_t kernel_w)
{
    wi_shape shape = {in, out, kernel_h, kernel_w, 1, 0, 0};
    return shape;
}

WI_API wi_shape wi_dense(size_t in, size_t out) { return wi_conv2d(in, out, 1, 1); }

WI_API wi_shape wi_conv2d_transposed(size_t in, size_t out, size_t kernel_h, size_t kernel_w)
{
    wi_shape shape = {in, out, kernel_h, kernel_w, 1, 0, 1};
    return shape;
}

WI_API wi_shape wi_in_major(wi_shape shape) { shape.in_major = 1; return shape; }
WI_API wi_shape wi_grouped(wi_shape shape, size_t groups) { shape.groups = groups; return shape; }

/* Within the library shapes and recipes go by address: 48 and 64 bytes, which every call would copy. */
WI_IMPL_APART static size_t wi_impl_count(const wi_shape *s)
{
    if (s->groups == 0 || s->in % s->groups != 0 || s->out % s->groups != 0) return 0;
    size_t count = wi_impl_mul(wi_impl_mul(s->out, s->in / s->groups), wi_impl_mul(s->kernel_h, s->kernel_w));
    return wi_impl_mul(count, sizeof(wi_real)) > SIZE_MAX / 2 ? 0 : count;
}

WI_IMPL_APART static void wi_impl_fans(const wi_shape *s, double *fan_in, double *fan_out)
{
    double taps = wi_impl_num(s->kernel_h) * wi_impl_num(s->kernel_w);
    int valid = wi_impl_count(s) > 0;
    if (fan_in) *fan_in = valid ? wi_impl_num(s->in / s->groups) * taps : 0.0;
    if (fan_out) *fan_out = valid ? wi_impl_num(s->out / s->groups) * taps : 0.0;
}

WI_API size_t wi_shape_count(wi_shape shape) { return wi_impl_count(&shape); }

WI_API void wi_shape_fans(wi_shape shape, double *fan_in, double *fan_out)
{
    wi_impl_fans(&shape, fan_in, fan_out);
}

typedef struct wi_impl_layout {
    wi_real *w;
    size_t outs, ins, taps;      /* of a group */
    size_t group, out, in, tap;  /* steps */
    int flat;                    /* 1: the shape's own layout, so that number k belongs to w[k] */
} wi_impl_layout;

/* The layout of wi_fill(): out-major, in-major, and the two of a transposed convolution, which exchange the
   roles of in and out. */
WI_IMPL_RARE static wi_impl_layout wi_impl_layout_of(wi_real *w, const wi_shape *s)
{
    wi_impl_layout p = {w, s->out / s->groups, s->in / s->groups, s->kernel_h * s->kernel_w, 0, 0, 0, 0, 1};
    size_t minor = s->transposed ? p.outs : p.ins, all = s->transposed ? s->in : s->out, major, group;
    p.tap = s->in_major ? minor * all : 1;
    group = s->in_major ? all : p.taps;               /* step of the minor index */
    major = s->in_major ? 1 : minor * p.taps;         /* step of the major index */
    p.in = s->transposed ? major : group;
    p.out = s->transposed ? group : major;
    p.group = s->transposed ? p.ins * p.in : p.outs * p.out;
    return p;
}

WI_IMPL_APART static wi_real *wi_impl_unit(const wi_impl_layout *p, size_t o)
{
    return p->w + o / p->outs * p->group + o % p->outs * p->out;
}

static size_t wi_impl_input(const wi_impl_layout *p, size_t j)
{
    return p->in == p->taps * p->tap ? j * p->tap : j / p->taps * p->in + j % p->taps * p->tap;
}

static double wi_impl_weight(const wi_impl_layout *p, size_t o, size_t j)
{
    return (double)wi_impl_unit(p, o)[wi_impl_input(p, j)];
}

/* ---- Recipes --------------------------------------------------------------- */

#define WI_IMPL_PRESETS(X)                                          \
    /* name               scheme         fan   scale    a */        \
    X(zeros,              CONSTANT,      NONE, 0,       0)          \
    X(ones,               CONSTANT,      NONE, 0,       1)          \
    X(poison,             POISON,        NONE, 0,       0)          \
    X(lecun_normal,       NORMAL,        IN,   1,       0)          \
    X(lecun_uniform,      UNIFORM,       IN,   1,       0)          \
    X(lecun_truncated,    TRUNCATED,     IN,   1,       0)          \
    X(xavier_normal,      NORMAL,        MEAN, 1,       0)          \
    X(xavier_uniform,     UNIFORM,       MEAN, 1,       0)          \
    X(xavier_truncated,   TRUNCATED,     MEAN, 1,       0)          \
    X(he_normal,          NORMAL,        IN,   2,       0)          \
    X(he_uniform,         UNIFORM,       IN,   2,       0)          \
    X(he_truncated,       TRUNCATED,     IN,   2,       0)          \
    X(pytorch_default,    UNIFORM,       IN,   1.0 / 3, 0)          \
    X(pytorch_transposed, UNIFORM,       OUT,  1.0 / 3, 0)          \
    X(dirac,              DIRAC,         NONE, 0,       1)          \
    X(hadamard,           HADAMARD,      NONE, 0,       1)          \
    X(bilinear,           BILINEAR,      NONE, 0,       1)          \
    X(nguyen_widrow,      NGUYEN_WIDROW, NONE, 0,       1)

/* What frameworks call them. */
#define WI_IMPL_ALIASES(X) X(glorot_normal, xavier_normal) X(glorot_uniform, xavier_uniform) \
                           X(kaiming_normal, he_normal) X(kaiming_uniform, he_uniform)

static WI_IMPL_HERE wi_recipe wi_impl_recipe(const char *name, wi_scheme scheme, double a, double b)
{
    wi_recipe recipe = {name, scheme, WI_FAN_NONE, 0, 0, a, b, 0, 0};
    return recipe;
}

static WI_IMPL_HERE wi_recipe wi_impl_scaling(const char *name, double scale, wi_fan fan, wi_scheme scheme)
{
    wi_recipe recipe = {name, scheme, fan, scale, 1, 0, 0, -2, 2};
    if (fan == WI_FAN_NONE) recipe.b = WI_IMPL_NAN;   /* nothing to divide by: refused wherever it is used */
    return recipe;
}

static WI_IMPL_HERE wi_recipe wi_impl_preset(const char *name, wi_scheme scheme, wi_fan fan, double scale,
                                             double a)
{
    if (fan != WI_FAN_NONE) return wi_impl_scaling(name, scale, fan, scheme);
    return wi_impl_recipe(name, scheme, a, 0);
}

#define WI_IMPL_PRESET(NAME, SCHEME, FAN, SCALE, A)                                       \
    WI_API WI_IMPL_HERE wi_recipe wi_##NAME(void)                                         \
    {                                                                                     \
        return wi_impl_preset(#NAME, WI_SCHEME_##SCHEME, WI_FAN_##FAN, SCALE, A);         \
    }
#define WI_IMPL_ALIAS(NAME, OF) WI_API wi_recipe wi_##NAME(void) { return wi_##OF(); }
WI_IMPL_PRESETS(WI_IMPL_PRESET)
WI_IMPL_ALIASES(WI_IMPL_ALIAS)

/* Those with numbers of their own. */
#define WI_IMPL_MADE(NAME, PARAMETERS, SCHEME, A, B)                                      \
    WI_API wi_recipe wi_##NAME PARAMETERS                                                 \
    {                                                                                     \
        return wi_impl_recipe(#NAME, WI_SCHEME_##SCHEME, A, B);                           \
    }
WI_IMPL_MADE(constant,         (double value),               CONSTANT,         value, 0)
WI_IMPL_MADE(uniform,          (double lo, double hi),       UNIFORM,          lo,    hi)
WI_IMPL_MADE(normal,           (double mean, double std),    NORMAL,           mean,  std)
WI_IMPL_MADE(orthogonal,       (double gain),                ORTHOGONAL,       gain,  0)
WI_IMPL_MADE(identity,         (double gain),                IDENTITY,         gain,  0)
WI_IMPL_MADE(delta_orthogonal, (double gain),                DELTA_ORTHOGONAL, gain,  0)
WI_IMPL_MADE(sparse, (size_t nonzeros_per_unit, double std), SPARSE, (double)nonzeros_per_unit, std)

WI_API wi_recipe wi_variance_scaling(double scale, wi_fan fan, wi_scheme distribution)
{
    return wi_impl_scaling("variance_scaling", scale, fan, distribution);
}

WI_API wi_recipe wi_kaiming(double slope, wi_fan fan, wi_scheme distribution)
{
    return wi_impl_scaling("kaiming", 2.0 / (1.0 + wi_impl_times(slope, slope)), fan, distribution);
}

WI_API wi_recipe wi_siren(double omega, int first_layer)
{
    wi_recipe recipe = wi_impl_scaling("siren", 2.0 / (omega * omega), WI_FAN_IN, WI_SCHEME_UNIFORM);
    if (!(omega > 0 && recipe.scale > 0)) recipe.scale = WI_IMPL_NAN;
    else if (first_layer) {
        recipe.scale = 1.0 / 3; /* the bound is 1 / fan_in: Var(w) = 1 / (3 fan_in^2) */
        recipe.power = 2;
    }
    return recipe;
}

WI_API wi_recipe wi_mup(wi_mup_role role, double base)
{
    wi_recipe recipe = wi_impl_scaling("mup", 1, WI_FAN_IN, WI_SCHEME_NORMAL);
    if ((unsigned)role > WI_MUP_OUTPUT || !(base > 0)) recipe.scale = WI_IMPL_NAN;
    else if (role == WI_MUP_OUTPUT) {
        recipe.scale = base;
        recipe.power = 2;
    }
    return recipe;
}

WI_API double wi_mup_rate(wi_mup_role role, double fan_in, double base)
{
    if ((unsigned)role > WI_MUP_OUTPUT || !(fan_in > 0) || !(base > 0)) return WI_IMPL_NAN;
    return role == WI_MUP_INPUT ? 1.0 : base / fan_in;
}

WI_API wi_recipe wi_truncated_normal(double mean, double std, double lo, double hi)
{
    wi_recipe recipe = {"truncated", WI_SCHEME_TRUNCATED, WI_FAN_NONE, 0, 0, mean, std, lo, hi};
    return recipe;
}

/* Mean, standard deviation and kurtosis of a standard normal that falls into [lo, hi], by Simpson's rule over
   the part of the interval that holds probability, in units in which that is a few wide: twelve digits,
   however far out the bounds are. */
typedef struct wi_impl_bulk { double mean, std, kurtosis; } wi_impl_bulk;

WI_IMPL_RARE static wi_impl_bulk wi_impl_truncated_bulk(double lo, double hi)
{
    double mode = lo > 0 ? lo : hi < 0 ? hi : 0.0; /* where the density is greatest */
    double unit = fabs(mode) > 4 ? 1.0 / fabs(mode) : 1.0, reach = fabs(mode) > 4 ? 40.0 : 10.0;
    if (hi - lo < 1e-70) unit = hi - lo;   /* its fourth power would vanish */
    double from = (lo - mode) / unit, to = (hi - mode) / unit, sum[5] = {0, 0, 0, 0, 0};
    if (from < -reach) from = -reach;
    if (to > reach) to = reach;

    /* Sums of density d^k with d = (z - mode) / unit and density = exp(-(z^2 - mode^2) / 2). */
    double step = (to - from) / 1024;
    for (int i = 0; i <= 1024; i++) {
        double d = from + wi_impl_times(step, (double)i), z = wi_impl_times(d, unit);
        double density = wi_impl_exp(-0.5 * wi_impl_times(z, z + 2.0 * mode));
        double power = density * (i == 0 || i == 1024 ? 1.0 : i % 2 ? 4.0 : 2.0);
        for (int k = 0; k < 5; k++) {
            sum[k] += power;
            power = wi_impl_times(power, d);
        }
    }
    double m = sum[1] / sum[0], v = sum[2] / sum[0] - wi_impl_times(m, m);
    double fourth = (sum[4] - 4 * m * sum[3] + 6 * m * m * sum[2] - 4 * m * m * m * sum[1]) / sum[0];
    wi_impl_bulk bulk = {mode + wi_impl_times(unit, m), wi_impl_times(unit, sqrt(v)),
                         (fourth + m * m * m * m) / (v * v)};
    return bulk;
}

WI_API wi_recipe wi_truncated_normal_corrected(double mean, double std, double lo, double hi)
{
    wi_impl_bulk unit = {0, 1, 3};
    if (lo < hi) unit = wi_impl_truncated_bulk(lo, hi);
    else std = -1; /* a point has no deviation to choose: wi_fill() refuses this one */
    std /= unit.std;
    wi_recipe recipe = wi_truncated_normal(mean - wi_impl_times(std, unit.mean), std, lo, hi);
    recipe.name = "truncated_corrected";
    return recipe;
}

/* Multiply what has the size of a weight; a negative gain turns an interval around. What a default one is,
   only a layer knows: numbers that do not exist have it refused. */
WI_API wi_recipe wi_gained(wi_recipe r, double gain)
{
    double a = r.a * gain, b = r.b * gain, lo = r.lo;
    if (r.scheme == WI_SCHEME_DEFAULT) { r.scheme = WI_SCHEME_CONSTANT; r.name = "default"; a = WI_IMPL_NAN; }
    if (gain < 0 && r.scheme == WI_SCHEME_TRUNCATED) { r.lo = -r.hi; r.hi = -lo; }
    if (r.fan != WI_FAN_NONE) { r.scale *= gain * gain; return r; }
    if (r.scheme != WI_SCHEME_SPARSE) r.a = a; /* there a is a count */
    r.b = gain < 0 ? -b : b;
    if (gain < 0 && r.scheme == WI_SCHEME_UNIFORM) { r.a = b; r.b = a; }
    return r;
}

WI_API wi_recipe wi_recipe_for(wi_act act)
{
    double gain;
    switch (act.kind) {
    case WI_ACT_RELU: return wi_he_normal();
    case WI_ACT_LEAKY_RELU: return wi_kaiming(act.param, WI_FAN_IN, WI_SCHEME_NORMAL);
    case WI_ACT_SELU: return wi_lecun_normal();
    case WI_ACT_SINE: return wi_siren(fabs(act.param), 0);
    case WI_ACT_LINEAR: case WI_ACT_TANH: case WI_ACT_SIGMOID: case WI_ACT_SOFTSIGN:
        return wi_xavier_normal();
    /* wi_gain() as a number: the last digit of what it computes is the compiler's and libm's. */
    case WI_ACT_GELU: gain = 1.5335304411955355; break;
    case WI_ACT_SILU: gain = 1.6765324703310909; break;
    case WI_ACT_MISH: gain = 1.486847581273208; break;
    case WI_ACT_SOFTPLUS: gain = 1.0418668355353016; break;
    case WI_ACT_HARD_SWISH: gain = 1.7366572127665416; break;
    default: gain = wi_gain(act);
    }
    return wi_gained(wi_lecun_normal(), gain);
}

/* ---- A law: how one 32-bit word k becomes one number -----------------------
   u = (k + 1/2) / 2^32 lies strictly between 0 and 1 and is never computed as such: the smaller of u and
   1 - u is kept, as m = min(k, ~k), because that is where the precision is needed. x = 2u - 1.

     uniform:    w = mean + std x                             mean: the middle, std: half the width
     normal:     w = mean + std Phi^-1(u)
     truncated:  w = mean + std Phi^-1(p), p = P(lo) + u span, q = Q(hi) + (1 - u) span,
                 span = P(hi) - P(lo)

   Where the interval is narrow or lies in a tail, P(lo) and span say too little about it, and w is measured
   from its bound instead (next chapter):

     narrow:     w = bound + std (hi - lo) c(x)               c: a polynomial
     tail:       w = bound + std / lo y c(y),  y = 2 d / (1 + sqrt(1 + a d)),  d = -log(Q(z) / Q(lo)) */
typedef enum wi_impl_law_kind {
    WI_IMPL_LAW_CONSTANT, WI_IMPL_LAW_UNIFORM, WI_IMPL_LAW_NARROW, WI_IMPL_LAW_TAIL, WI_IMPL_LAW_NORMAL,
    WI_IMPL_LAW_TRUNCATED
} wi_impl_law_kind;
#define WI_IMPL_LAW_TERMS 12

typedef struct wi_impl_law {
    wi_impl_law_kind kind;
    double mean, std;
    double lo, hi;               /* truncated: bounds in units of std */
    double p_lo, q_hi, span;     /* truncated: probabilities below lo, above hi, between */
    double min, max;             /* of w */
    double base, scale;          /* w = base + scale x, Phi^-1, c(x) or y c(y) */
    int32_t flip;                /* tail: -1 for the left one, which is the mirror of the right one */
    double ratio, bend, stretch; /* tail: Q(far end) / Q(near end), a, and c's variable y stretch - 1 */
    double c[WI_IMPL_LAW_TERMS]; /* the polynomial; then the same numbers for the float code */
    float cf[WI_IMPL_LAW_TERMS], basef, scalef, minf, maxf, p_lof, q_hif, spanf, middlef;
    float ratiof, restf, bendf, stretchf;
    int32_t min_bits, max_bits;  /* of minf and maxf */
} wi_impl_law;

/* Round to float, but not beyond a bound. */
static float wi_impl_inward(double bound, int upper)
{
    float f = (float)bound;
    if (upper && (double)f > bound) f = nextafterf(f, -FLT_MAX);
    if (!upper && (double)f < bound) f = nextafterf(f, FLT_MAX);
    return f;
}

/* The same numbers for the float code. */
static void wi_impl_law_to_float(wi_impl_law *law)
{
    law->basef = (float)law->base;
    law->scalef = (float)law->scale;
    law->minf = wi_impl_inward(law->min, 0);
    law->maxf = wi_impl_inward(law->max, 1);
    law->p_lof = (float)law->p_lo;
    law->q_hif = (float)law->q_hi;
    law->spanf = (float)law->span;
    law->middlef = (float)(law->p_lo - law->q_hi);
    law->ratiof = (float)law->ratio;
    law->restf = (float)(1.0 - law->ratio);
    for (size_t i = 0; i < WI_IMPL_LAW_TERMS; i++) law->cf[i] = (float)law->c[i];
    law->bendf = (float)law->bend;
    law->stretchf = (float)law->stretch;
    memcpy(&law->min_bits, &law->minf, sizeof law->minf);
    memcpy(&law->max_bits, &law->maxf, sizeof law->maxf);
}

WI_IMPL_APART static wi_impl_law wi_impl_law_of(wi_impl_law_kind kind, double mean, double std, double lo,
                                                double hi)
{
    wi_impl_law law;
    memset(&law, 0, sizeof law);
    law.kind = kind;
    law.base = law.mean = mean;
    law.scale = law.std = std;
    law.span = 1.0;
    law.lo = law.min = lo;
    law.hi = law.max = hi;
    wi_impl_law_to_float(&law);
    return law;
}

static wi_impl_law wi_impl_law_uniform(double lo, double hi)
{
    return wi_impl_law_of(WI_IMPL_LAW_UNIFORM, lo + 0.5 * (hi - lo), 0.5 * (hi - lo), lo, hi);
}

static wi_impl_law wi_impl_law_normal(double mean, double std)
{
    return wi_impl_law_of(WI_IMPL_LAW_NORMAL, mean, std, -WI_IMPL_INFINITY, WI_IMPL_INFINITY);
}

/* ---- Laws measured from a bound --------------------------------------------
   Far out, a normal law is nearly exponential: with h(z) = exp(z^2/2) Q(z), the depth of a number t beyond
   the bound m is

       d(t) = -log(Q(m + t) / Q(m)) = m t + t^2/2 + log(h(m) / h(m + t)),

   and m t = y = 2 d / (1 + sqrt(1 + a d)), a = 2 / m^2, without the last term. What remains, m t / y, is so
   smooth a function of y that twelve terms give it to 6e-8 from m = 1.5 on (a = 2 / (m^2 + 1) serves small m
   better). In a narrow interval t itself is smooth in u. Both are interpolated, where the law is made, at
   Chebyshev's points. */
static const double wi_impl_chebyshev[WI_IMPL_LAW_TERMS] = { /* cos((k + 1/2) pi / 12) */
    0.99144486137381041114, 0.92387953251128675613, 0.79335334029123516458,
    0.60876142900872063942, 0.38268343236508977173, 0.13052619222005159155,
    -0.13052619222005159155, -0.38268343236508977173, -0.60876142900872063942,
    -0.79335334029123516458, -0.92387953251128675613, -0.99144486137381041114};

/* c := the polynomial with values v at the points: Newton's divided differences, then multiplied out. */
WI_IMPL_RARE static void wi_impl_interpolate(double *c, double *v)
{
    enum { n = WI_IMPL_LAW_TERMS };
    for (size_t i = 0; i < n; i++) c[i] = 0;
    for (size_t j = 1; j < n; j++)
        for (size_t k = n - 1; k >= j; k--)
            v[k] = (v[k] - v[k - 1]) / (wi_impl_chebyshev[k] - wi_impl_chebyshev[k - j]);
    for (size_t k = n; k-- > 0;) {
        for (size_t i = n - 1; i > 0; i--)
            c[i] = c[i - 1] - wi_impl_times(wi_impl_chebyshev[k], c[i]);
        c[0] = v[k] - wi_impl_times(wi_impl_chebyshev[k], c[0]);
    }
}

/* d(t), and its derivative. */
static double wi_impl_tail_depth(double m, double t, double *hazard)
{
    double h0 = wi_impl_erfcx(wi_impl_times(m, 0.70710678118654752440));
    double h1 = wi_impl_erfcx(wi_impl_times(m + t, 0.70710678118654752440));
    *hazard = 0.79788456080286535588 / h1;
    return wi_impl_times(m, t) + (wi_impl_times(0.5 * t, t) + wi_impl_log(h0 / h1));
}

/* t with d(t) = depth, by Newton's method. */
static double wi_impl_tail_offset(double m, double depth)
{
    double t = 2.0 * (depth / m) / (1.0 + sqrt(1.0 + 2.0 * (depth / m) / m)), hazard, step;
    for (int round = 0; round < 12; round++) {
        step = wi_impl_tail_depth(m, t, &hazard) - depth;
        step /= hazard;
        t -= step;
        if (fabs(step) <= 1e-8 * t) break; /* the error squares: this step was the last needed */
    }
    return t > 0 ? t : 0.0;
}

WI_IMPL_RARE static void wi_impl_law_tail(wi_impl_law *law)
{
    double m = law->lo > 0 ? law->lo : -law->hi, width = law->hi - law->lo, v[WI_IMPL_LAW_TERMS], hazard, y;
    double depth = width <= DBL_MAX ? wi_impl_tail_depth(m, width, &hazard) : WI_IMPL_INFINITY;
    law->kind = WI_IMPL_LAW_TAIL;
    law->flip = law->lo > 0 ? 0 : -1;
    law->base = law->lo > 0 ? law->min : law->max;
    law->scale = (law->lo > 0 ? law->std : -law->std) / m;
    law->ratio = wi_impl_exp(-depth);
    law->bend = 2.0 / (wi_impl_times(m, m) + 1.0);
    depth = depth < 23 ? depth : 23; /* -log 2^-33: no word reaches further */
    law->stretch = (1.0 + sqrt(1.0 + wi_impl_times(law->bend, depth))) / depth;
    for (size_t k = 0; k < WI_IMPL_LAW_TERMS; k++) {
        y = (1.0 + wi_impl_chebyshev[k]) / law->stretch;
        v[k] = wi_impl_tail_offset(m, y + wi_impl_times(0.25 * law->bend, wi_impl_times(y, y)));
        v[k] = wi_impl_times(m, v[k]) / y;
    }
    wi_impl_interpolate(law->c, v);
}

/* s = t / (hi - lo) has the density exp(-(a s + b s^2)), but for a factor: its mass below s, by Gauss' five
   points. */
static double wi_impl_narrow_mass(double a, double b, double s)
{
    static const double point[5] = {0.046910077030668003602, 0.23076534494715845448, 0.5,
                                    0.76923465505284154552, 0.95308992296933199640};
    static const double weight[5] = {0.11846344252809454376, 0.23931433524968323402, 0.28444444444444444444,
                                     0.23931433524968323402, 0.11846344252809454376};
    double mass = 0;
    for (int i = 0; i < 5; i++) {
        double at = wi_impl_times(s, point[i]);
        mass += wi_impl_times(weight[i], wi_impl_exp(-wi_impl_times(at, a + wi_impl_times(b, at))));
    }
    return wi_impl_times(s, mass);
}

WI_IMPL_RARE static void wi_impl_law_narrow(wi_impl_law *law)
{
    double width = law->hi - law->lo, a = wi_impl_times(width, law->lo);
    double b = 0.5 * wi_impl_times(width, width);
    double all = wi_impl_narrow_mass(a, b, 1), v[WI_IMPL_LAW_TERMS];
    law->kind = WI_IMPL_LAW_NARROW;
    law->base = law->min;
    law->scale = wi_impl_times(law->std, width);
    for (size_t k = 0; k < WI_IMPL_LAW_TERMS; k++) {
        double u = 0.5 * (1.0 + wi_impl_chebyshev[k]), s = u;
        for (int round = 0; round < 4; round++)
            s -= (wi_impl_narrow_mass(a, b, s) - wi_impl_times(u, all))
                 / wi_impl_exp(-wi_impl_times(s, a + wi_impl_times(b, s)));
        v[k] = s;
    }
    wi_impl_interpolate(law->c, v);
}

WI_IMPL_RARE static wi_impl_law wi_impl_law_truncated(double mean, double std, double lo, double hi)
{
    wi_impl_law law = wi_impl_law_normal(mean, std);
    double width = hi - lo, edge = lo > 0 ? lo : hi < 0 ? -hi : 0.0; /* 0: the interval holds the mean */
    if (!(std > 0)) return law;
    if (lo == hi) return wi_impl_law_normal(mean + wi_impl_times(std, lo), 0);

    law.kind = WI_IMPL_LAW_TRUNCATED;
    law.lo = lo;
    law.hi = hi;
    law.min = mean + wi_impl_times(std, lo);
    law.max = mean + wi_impl_times(std, hi);
    law.p_lo = wi_impl_normal_upper(-lo);
    law.q_hi = wi_impl_normal_upper(hi);
    law.span = lo > 0 ? wi_impl_normal_upper(lo) - law.q_hi : wi_impl_normal_upper(-hi) - law.p_lo;
    if (width < 0.5 && width * (edge + 0.5 * width) < 0.9) wi_impl_law_narrow(&law);
    else if (edge >= 1.5) wi_impl_law_tail(&law);
    wi_impl_law_to_float(&law);
    return law;
}

/* ---- The reference ---------------------------------------------------------
   A word, in double. The chapters after it compute the same in float, faster: skip them on a first
   reading. */

/* A truncated sample from one side of the mean, in logarithms: Q(z) / Q(lo) = 1 - u + u Q(hi) / Q(lo). */
static double wi_impl_one_side(double lo, double hi, double u, double v)
{
    double log_lo = wi_impl_log_upper(lo);
    double ratio = hi < WI_IMPL_INFINITY ? wi_impl_exp(wi_impl_log_upper(hi) - log_lo) : 0.0;
    return wi_impl_quantile_log(log_lo + wi_impl_log(v + wi_impl_times(u, ratio)));
}

static WI_IMPL_UNUSED double wi_impl_law_double(const wi_impl_law *law, uint32_t k)
{
    uint32_t m = (k ^= (uint32_t)law->flip) >> 31 ? ~k : k, n = m ^ 0x7FFFFFFFu; /* m + n = 2^31 - 1 */
    double t = ((double)m + 0.5) / 4294967296.0, x = ((double)n + 0.5) / 2147483648.0;
    double u = k >> 31 ? 1.0 - t : t, v = k >> 31 ? t : 1.0 - t, w = 0, edge;

    if (k >> 31 == 0) x = -x;
    switch (law->kind) {
    case WI_IMPL_LAW_UNIFORM: w = x; break;
    case WI_IMPL_LAW_NARROW:
        for (size_t i = WI_IMPL_LAW_TERMS; i-- > 0;) w = wi_impl_times(w, x) + law->c[i];
        break;
    case WI_IMPL_LAW_TAIL:
        edge = law->lo > 0 ? law->lo : -law->hi;
        w = wi_impl_times(edge, wi_impl_tail_offset(edge, -wi_impl_log(v + wi_impl_times(u, law->ratio))));
        break;
    default:
        if (law->lo > 0) w = wi_impl_one_side(law->lo, law->hi, u, v);
        else if (law->hi < 0) w = -wi_impl_one_side(-law->hi, -law->lo, v, u);
        else w = wi_impl_quantile(law->p_lo + wi_impl_times(law->span, u),
                                  law->q_hi + wi_impl_times(law->span, v));
    }
    w = law->base + wi_impl_times(law->scale, w);
    w = w < law->min ? law->min : w;
    return w > law->max ? law->max : w;
}

/* y c(y) of a tail. d = -log(v + u ratio), with care where that is near 1. */
static float wi_impl_law_tailf(const wi_impl_law *law, float u, float v)
{
    float s = v + wi_impl_timesf(u, law->ratiof);
    float d = wi_impl_minus_logf(s, -wi_impl_timesf(u, law->restf));
    float root = 1.0f + sqrtf(1.0f + wi_impl_timesf(law->bendf, d)); /* a float, whatever it is computed in */
    float y = (d + d) / root;
    float at = wi_impl_timesf(y, law->stretchf) - 1.0f;
    return wi_impl_timesf(y, wi_impl_sumf(law->cf, WI_IMPL_LAW_TERMS, at));
}

/* A word, in float: the lanes below do exactly this, many at a time. */
static WI_IMPL_UNUSED float wi_impl_law_float(const wi_impl_law *law, uint32_t k)
{
    uint32_t m = (k ^= (uint32_t)law->flip) >> 31 ? ~k : k, n = m ^ 0x7FFFFFFFu;
    float t = ((float)m + 0.5f) * (1.0f / 4294967296.0f);
    float x = ((float)n + 0.5f) * (1.0f / 2147483648.0f);
    float u = k >> 31 ? 1.0f - t : t, v = k >> 31 ? t : 1.0f - t, w;

    if (k >> 31 == 0) x = -x;
    if (law->kind == WI_IMPL_LAW_TRUNCATED) {
        u = law->p_lof + wi_impl_timesf(law->spanf, u);
        v = law->q_hif + wi_impl_timesf(law->spanf, v);
        x = law->middlef + wi_impl_timesf(law->spanf, x);
    }
    if (law->kind == WI_IMPL_LAW_NARROW) x = wi_impl_sumf(law->cf, WI_IMPL_LAW_TERMS, x);
    else if (law->kind == WI_IMPL_LAW_TAIL) x = wi_impl_law_tailf(law, u, v);
    else if (law->kind != WI_IMPL_LAW_UNIFORM) x = wi_impl_quantilef(u, v, x);
    w = law->basef + wi_impl_timesf(law->scalef, x);
    w = w < law->minf ? law->minf : w;
    return w > law->maxf ? law->maxf : w;
}

static wi_real wi_impl_law_value(const wi_impl_law *law, uint32_t k)
{
#if WI_IMPL_DOUBLE
    return wi_impl_law_double(law, k);
#else
    return wi_impl_law_float(law, k);
#endif
}

/* ---- The same in lanes: 8 or 16 words at a time on x86, chosen at run time --
   Bit for bit what wi_impl_law_value() gives; tests compare them. */
#ifdef WI_IMPL_LANES

#define WI_IMPL_STAMP_TIMES(BITS, TARGET)                                                                    \
/* A product, rounded; and with one number for all lanes. */                                                 \
TARGET WI_IMPL_INLINE wi_impl_f##BITS wi_impl_times##BITS(wi_impl_f##BITS a, wi_impl_f##BITS b)              \
{                                                                                                            \
    wi_impl_f##BITS p = a * b;                                                                               \
    __asm__("" : "+v"(p));                                                                                   \
    return p;                                                                                                \
}                                                                                                            \
                                                                                                             \
TARGET WI_IMPL_INLINE wi_impl_f##BITS wi_impl_scale##BITS(wi_impl_f##BITS a, wi_real b)                      \
{                                                                                                            \
    wi_impl_f##BITS p = a * b;                                                                               \
    __asm__("" : "+v"(p));                                                                                   \
    return p;                                                                                                \
}

#if WINIT_SIMD_BITS >= 512
WI_IMPL_STAMP_TIMES(512, WI_IMPL_AVX512)
#endif
WI_IMPL_STAMP_TIMES(256, WI_IMPL_AVX2)

#if !WI_IMPL_DOUBLE

/* As with the words of section 2, each step is done for WI_IMPL_SIDE vectors side by side. */

/* A bit for each negative lane; a square root, rounded as IEEE 754 says. */
#define WI_IMPL_SIGNS_256(v) (unsigned)__builtin_ia32_movmskps256(v)
#define WI_IMPL_SIGNS_512(v) (unsigned)__builtin_ia32_cvtd2mask512((s)(v))
#if defined(WI_IMPL_ELEMENTWISE)
#define WI_IMPL_ROOT_256(v) __builtin_elementwise_sqrt(v)
#define WI_IMPL_ROOT_512(v) __builtin_elementwise_sqrt(v)
#elif defined(__clang__)
#define WI_IMPL_ROOT_256(v) __builtin_ia32_sqrtps256(v)
#define WI_IMPL_ROOT_512(v) __builtin_ia32_sqrtps512(v, 4)
#else
#define WI_IMPL_ROOT_256(v) __builtin_ia32_sqrtps256(v)
#define WI_IMPL_ROOT_512(v) __builtin_ia32_sqrtps512_mask(v, v, -1, 4)
#endif

#define WI_IMPL_STAMP_LANES(BITS, TARGET)                                                                    \
/* As wi_impl_sumf(). */                                                                                     \
TARGET WI_IMPL_INLINE void wi_impl_sum##BITS(wi_impl_f##BITS *sum, const float *c, int terms,                \
                                             const wi_impl_f##BITS *x)                                       \
{                                                                                                            \
    wi_impl_f##BITS y[WI_IMPL_SIDE], odd[WI_IMPL_SIDE];                                                      \
    WI_IMPL_EACH {                                                                                           \
        y[j] = wi_impl_times##BITS(x[j], x[j]);                                                              \
        sum[j] = wi_impl_scale##BITS(y[j], c[terms - 2]) + c[terms - 4];                                     \
        odd[j] = wi_impl_scale##BITS(y[j], c[terms - 1]) + c[terms - 3];                                     \
    }                                                                                                        \
    for (int i = terms - 5; i > 0; i -= 2)                                                                   \
        WI_IMPL_EACH {                                                                                       \
            sum[j] = wi_impl_times##BITS(sum[j], y[j]) + c[i - 1];                                           \
            odd[j] = wi_impl_times##BITS(odd[j], y[j]) + c[i];                                               \
        }                                                                                                    \
    WI_IMPL_EACH sum[j] += wi_impl_times##BITS(x[j], odd[j]);                                                \
}                                                                                                            \
                                                                                                             \
/* In u and v what tells a tail's depth, or a quantile: d and so on as in wi_impl_law_tailf(), w as in       \
   wi_impl_quantilef(). x := the factor, v := the variable of the polynomial that follows; tails has a bit   \
   for each lane that lies in a tail of a quantile. */                                                       \
TARGET WI_IMPL_INLINE void wi_impl_log##BITS(wi_impl_f##BITS *x, wi_impl_f##BITS *u, wi_impl_f##BITS *v,     \
                                             unsigned *tails, const wi_impl_law *law)                        \
{                                                                                                            \
    typedef wi_impl_f##BITS f;                                                                               \
    typedef wi_impl_s##BITS s;                                                                               \
    const int tail = law->kind == WI_IMPL_LAW_TAIL;                                                          \
    const int32_t two_thirds = WI_IMPL_TWO_THIRDS - (tail ? 0 : 2 << 23); /* a quantile's 4 p q: 2 << 23 */  \
    f e[WI_IMPL_SIDE], sum[WI_IMPL_SIDE];                                                                    \
                                                                                                             \
    if (tail) WI_IMPL_EACH v[j] += wi_impl_scale##BITS(u[j], law->ratiof);                                   \
    else WI_IMPL_EACH v[j] = wi_impl_times##BITS(u[j], v[j]);                                                \
    WI_IMPL_EACH {                                                                                           \
        s bits = (s)v[j] - two_thirds;                                                                       \
        e[j] = __builtin_convertvector(bits >> 23, f);                                                       \
        v[j] = (f)((bits & 0x7FFFFF) + WI_IMPL_TWO_THIRDS) - 1.0f;                                           \
    }                                                                                                        \
    if (tail) WI_IMPL_EACH {                                                                                 \
        s unit = e[j] == 0.0f;                                                                               \
        v[j] = (f)(((s)v[j] & ~unit) | ((s)-wi_impl_scale##BITS(u[j], law->restf) & unit));                  \
    }                                                                                                        \
    wi_impl_sum##BITS(sum, wi_impl_log_c, 8, v);                                                             \
    WI_IMPL_EACH e[j] = wi_impl_scale##BITS(e[j], 0.69314718056f) + wi_impl_times##BITS(v[j], sum[j]);       \
                                                                                                             \
    if (tail) WI_IMPL_EACH {                                                                                 \
        e[j] = -e[j];                                                                                        \
        x[j] = (e[j] + e[j])                                                                                 \
               / (1.0f + WI_IMPL_ROOT_##BITS(1.0f + wi_impl_scale##BITS(e[j], law->bendf)));                 \
        v[j] = wi_impl_scale##BITS(x[j], law->stretchf) - 1.0f;                                              \
    }                                                                                                        \
    else WI_IMPL_EACH {                                                                                      \
        v[j] = -3.125f - e[j];                                                                               \
        tails[j] = WI_IMPL_SIGNS_##BITS(e[j] + WI_IMPL_CENTRE_END);                                          \
    }                                                                                                        \
    (void)sizeof(s);                                                                                         \
}                                                                                                            \
                                                                                                             \
/* x = 2u - 1 from the smaller tail of u, and the sign; u and v = 1 - u, exchanged in the upper half where   \
   the law tells its sides apart. Scaling by powers of 2 is exact. */                                        \
TARGET WI_IMPL_INLINE void wi_impl_sides##BITS(wi_impl_f##BITS *x, wi_impl_f##BITS *u, wi_impl_f##BITS *v,   \
                                               const uint32_t *word, const wi_impl_law *law)                 \
{                                                                                                            \
    typedef wi_impl_f##BITS f;                                                                               \
    typedef wi_impl_s##BITS s;                                                                               \
    const int truncated = law->kind == WI_IMPL_LAW_TRUNCATED;                                                \
    s k, high[WI_IMPL_SIDE], swap;                                                                           \
    WI_IMPL_EACH {                                                                                           \
        memcpy(&k, word + j * (BITS / 32), sizeof k);                                                        \
        k ^= law->flip;                                                                                      \
        high[j] = k >> 31;                                                                                   \
        k ^= high[j];                                                                                        \
        u[j] = __builtin_convertvector(k, f) * (1.0f / 4294967296.0f) + 0.5f / 4294967296.0f;                \
        v[j] = 1.0f - u[j];                                                                                  \
        x[j] = __builtin_convertvector(k ^ 0x7FFFFFFF, f) * (1.0f / 2147483648.0f) + 0.5f / 2147483648.0f;   \
        x[j] = (f)((s)x[j] ^ (~high[j] & INT32_MIN));                                                        \
    }                                                                                                        \
    if (truncated || law->kind == WI_IMPL_LAW_TAIL) WI_IMPL_EACH {                                           \
        swap = high[j] & ((s)u[j] ^ (s)v[j]);                                                                \
        u[j] = (f)((s)u[j] ^ swap);                                                                          \
        v[j] = (f)((s)v[j] ^ swap);                                                                          \
    }                                                                                                        \
    if (truncated) WI_IMPL_EACH {                                                                            \
        u[j] = law->p_lof + wi_impl_scale##BITS(u[j], law->spanf);                                           \
        v[j] = law->q_hif + wi_impl_scale##BITS(v[j], law->spanf);                                           \
        x[j] = law->middlef + wi_impl_scale##BITS(x[j], law->spanf);                                         \
    }                                                                                                        \
}                                                                                                            \
                                                                                                             \
/* The values of count words, and of words beyond them that fill the last vectors: those go nowhere. */      \
TARGET static void wi_impl_values##BITS(float *w, const uint32_t *word, size_t count,                        \
                                        const wi_impl_law *law)                                              \
{                                                                                                            \
    typedef wi_impl_f##BITS f;                                                                               \
    typedef wi_impl_s##BITS s;                                                                               \
    enum { lanes = BITS / 32, span = WI_IMPL_SIDE * lanes };                                                 \
    const int quantile = law->kind >= WI_IMPL_LAW_NORMAL, terms = quantile ? 10 : WI_IMPL_LAW_TERMS;         \
    f x[WI_IMPL_SIDE], u[WI_IMPL_SIDE], v[WI_IMPL_SIDE];                                                     \
    unsigned tails[WI_IMPL_SIDE];                                                                            \
                                                                                                             \
    for (size_t i = 0; i < count; i += span, word += span) {                                                 \
        float last[span], *to = count - i < span ? last : w + i;                                             \
        wi_impl_sides##BITS(x, u, v, word, law);                                                             \
        if (law->kind == WI_IMPL_LAW_NARROW) WI_IMPL_EACH {                                                  \
            v[j] = x[j];                                                                                     \
            x[j] = x[j] * 0.0f + 1.0f;                                                                       \
        }                                                                                                    \
        if (law->kind >= WI_IMPL_LAW_TAIL) wi_impl_log##BITS(x, u, v, tails, law);                           \
        if (law->kind != WI_IMPL_LAW_UNIFORM) {                                                              \
            wi_impl_sum##BITS(u, quantile ? wi_impl_centre_c : law->cf, terms, v);                           \
            WI_IMPL_EACH x[j] = wi_impl_times##BITS(x[j], u[j]);                                             \
        }                                                                                                    \
        WI_IMPL_EACH x[j] = law->basef + wi_impl_scale##BITS(x[j], law->scalef);                             \
        if (law->kind != WI_IMPL_LAW_NORMAL) WI_IMPL_EACH {                                                  \
            s swap = x[j] < law->minf;                                                                       \
            x[j] = (f)(((s)x[j] & ~swap) | (law->min_bits & swap));                                          \
            swap = x[j] > law->maxf;                                                                         \
            x[j] = (f)(((s)x[j] & ~swap) | (law->max_bits & swap));                                          \
        }                                                                                                    \
        WI_IMPL_EACH memcpy(to + j * lanes, &x[j], sizeof x[j]);                                             \
                                                                                                             \
        /* Few lanes are in a tail: there the scalar code takes over. */                                     \
        if (quantile)                                                                                        \
            for (size_t j = 0; j < WI_IMPL_SIDE; j++)                                                        \
                for (; tails[j]; tails[j] &= tails[j] - 1) {                                                 \
                    size_t at = j * lanes + (size_t)__builtin_ctz(tails[j]);                                 \
                    to[at] = wi_impl_law_float(law, word[at]);                                               \
                }                                                                                            \
        if (to == last) memcpy(w + i, last, (count - i) * sizeof *w);                                        \
    }                                                                                                        \
}

#else

/* In double, 4 or 8 at a time. The 1,500 operations of a quantile wait for each other: five rounds of
   Newton's method, each with a polynomial of 24 terms, a logarithm and three divisions. So ten vectors go
   through them side by side, which WI_IMPL_BATCH is a multiple of; a lane whose step was the last goes on
   with steps of 0. The laws that are measured from a bound are rare and computed one number at a time. */
#define WI_IMPL_ABREAST  10
#define WI_IMPL_ALL      WI_IMPL_UNROLL for (size_t j = 0; j < WI_IMPL_ABREAST; j++)
#define WI_IMPL_SIGN_BIT 0x8000000000000000u
#define WI_IMPL_SIGNS_256(v) __builtin_ia32_movmskpd256((wi_impl_f256)(v))
#define WI_IMPL_SIGNS_512(v) __builtin_ia32_cvtq2mask512((wi_impl_l512)(v))
#if defined(WI_IMPL_ELEMENTWISE)
#define WI_IMPL_ROOT_256(v) __builtin_elementwise_sqrt(v)
#define WI_IMPL_ROOT_512(v) __builtin_elementwise_sqrt(v)
#elif defined(__clang__)
#define WI_IMPL_ROOT_256(v) __builtin_ia32_sqrtpd256(v)
#define WI_IMPL_ROOT_512(v) __builtin_ia32_sqrtpd512(v, 4)
#else
#define WI_IMPL_ROOT_256(v) __builtin_ia32_sqrtpd256(v)
#define WI_IMPL_ROOT_512(v) __builtin_ia32_sqrtpd512_mask(v, v, -1, 4)
#endif

#define WI_IMPL_STAMP_LANES(BITS, TARGET)                                                                    \
/* yes in lanes where all bits of which are set, no where none is. */                                        \
TARGET WI_IMPL_INLINE wi_impl_f##BITS wi_impl_choose##BITS(wi_impl_q##BITS which, wi_impl_f##BITS yes,       \
                                                           wi_impl_f##BITS no)                               \
{                                                                                                            \
    return (wi_impl_f##BITS)(((wi_impl_q##BITS)yes & which) | ((wi_impl_q##BITS)no & ~which));               \
}                                                                                                            \
                                                                                                             \
/* As wi_impl_polynomial(). */                                                                               \
TARGET WI_IMPL_INLINE void wi_impl_polynomial##BITS(wi_impl_f##BITS *y, const double *c, int terms,          \
                                                    const wi_impl_f##BITS *x)                                \
{                                                                                                            \
    WI_IMPL_ALL y[j] = wi_impl_scale##BITS(x[j], c[terms - 1]) + c[terms - 2];                               \
    for (int i = terms - 3; i >= 0; i--) WI_IMPL_ALL y[j] = wi_impl_times##BITS(y[j], x[j]) + c[i];          \
}                                                                                                            \
                                                                                                             \
/* x := log x, as wi_impl_log(). The exponent becomes a double in the low bits of 2^52. */                   \
TARGET WI_IMPL_INLINE void wi_impl_log##BITS(wi_impl_f##BITS *x)                                             \
{                                                                                                            \
    typedef wi_impl_f##BITS f;                                                                               \
    typedef wi_impl_q##BITS q;                                                                               \
    f e[WI_IMPL_ABREAST], s[WI_IMPL_ABREAST], square[WI_IMPL_ABREAST], sum[WI_IMPL_ABREAST];                 \
    WI_IMPL_ALL {                                                                                            \
        q bits = (q)x[j], m = (bits & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u;                            \
        q more = (q)((f)m > 1.4142135623730951); /* as a whole number: 0 or -1 */                            \
        e[j] = (f)(((bits >> 52) - more) | 0x4330000000000000u) - (4503599627370496.0 + 1023.0);             \
        m += more << 52;                                                                                     \
        s[j] = ((f)m - 1.0) / ((f)m + 1.0);                                                                  \
        square[j] = wi_impl_times##BITS(s[j], s[j]);                                                         \
    }                                                                                                        \
    wi_impl_polynomial##BITS(sum, wi_impl_log_series, 11, square);                                           \
    WI_IMPL_ALL {                                                                                            \
        s[j] = wi_impl_times##BITS(2.0 * s[j], sum[j]);                                                      \
        x[j] = wi_impl_scale##BITS(e[j], WI_IMPL_LN2_HI)                                                     \
               + (wi_impl_scale##BITS(e[j], WI_IMPL_LN2_LO) + s[j]);                                         \
    }                                                                                                        \
}                                                                                                            \
                                                                                                             \
/* As wi_impl_quantile_log(). */                                                                             \
TARGET static void wi_impl_quantile_log##BITS(wi_impl_f##BITS *z, wi_impl_f##BITS *log_q)                    \
{                                                                                                            \
    typedef wi_impl_f##BITS f;                                                                               \
    typedef wi_impl_q##BITS q;                                                                               \
    const f zero = {0, 0};                                                                                   \
    f h[WI_IMPL_ABREAST], x[WI_IMPL_ABREAST], y[WI_IMPL_ABREAST], step;                                      \
    q done[WI_IMPL_ABREAST];                                                                                 \
    int going = 1;                                                                                           \
    WI_IMPL_ALL {                                                                                            \
        q below = (q)(log_q[j] < -0.69314718055994531);                                                      \
        log_q[j] = wi_impl_choose##BITS(below, log_q[j], zero - 0.69314718055994531);                        \
        z[j] = WI_IMPL_ROOT_##BITS(-2.0 * (log_q[j] + 0.69314718055994531));                                 \
        done[j] = (q)zero;                                                                                   \
    }                                                                                                        \
    for (int round = 0; round < 12 && going; round++) {                                                      \
        WI_IMPL_ALL {                                                                                        \
            x[j] = wi_impl_scale##BITS(z[j], 0.70710678118654752440);                                        \
            y[j] = (x[j] - 4.0) / (x[j] + 4.0);                                                              \
        }                                                                                                    \
        wi_impl_polynomial##BITS(h, wi_impl_erfcx_c, 24, y);                                                 \
        WI_IMPL_ALL {                                                                                        \
            h[j] /= 1.0 + 2.0 * x[j];                                                                        \
            y[j] = 0.5 * h[j];                                                                               \
        }                                                                                                    \
        wi_impl_log##BITS(y);                                                                                \
        going = 0;                                                                                           \
        WI_IMPL_ALL {                                                                                        \
            step = (y[j] - 0.5 * wi_impl_times##BITS(z[j], z[j])) - log_q[j];                                \
            step = wi_impl_times##BITS(wi_impl_scale##BITS(h[j], 1.2533141373155002512), step);              \
            step = (f)((q)step & ~done[j]);                                                                  \
            z[j] += step;                                                                                    \
            done[j] |= (q)((f)((q)step & ~WI_IMPL_SIGN_BIT) < 1e-9 * (1e-7 + z[j]));                         \
            going |= WI_IMPL_SIGNS_##BITS(~done[j]);                                                         \
        }                                                                                                    \
    }                                                                                                        \
    WI_IMPL_ALL z[j] = (f)((q)z[j] & (q)(z[j] > 0.0));                                                       \
}                                                                                                            \
                                                                                                             \
/* w := the number of each word, before it is scaled. */                                                     \
TARGET static void wi_impl_standard##BITS(wi_impl_f##BITS *w, const uint32_t *word, const wi_impl_law *law)  \
{                                                                                                            \
    typedef wi_impl_f##BITS f;                                                                               \
    typedef wi_impl_q##BITS q;                                                                               \
    typedef int32_t s __attribute__((__vector_size__(BITS / 16)));                                           \
    f u[WI_IMPL_ABREAST];                                                                                    \
    q high[WI_IMPL_ABREAST], left[WI_IMPL_ABREAST];                                                          \
    WI_IMPL_ALL {                                                                                            \
        s k;                                                                                                 \
        memcpy(&k, word + j * (BITS / 64), sizeof k);                                                        \
        high[j] = __builtin_convertvector(k >> 31, q);                                                       \
        k ^= k >> 31;                                                                                        \
        u[j] = (__builtin_convertvector(k, f) + 0.5) / 4294967296.0;                                         \
        w[j] = (__builtin_convertvector(k ^ 0x7FFFFFFF, f) + 0.5) / 2147483648.0;                            \
        w[j] = (f)((q)w[j] ^ (~high[j] & WI_IMPL_SIGN_BIT));                                                 \
    }                                                                                                        \
    if (law->kind == WI_IMPL_LAW_UNIFORM) return;                                                            \
    WI_IMPL_ALL {                                                                                            \
        f v = 1.0 - u[j], p = wi_impl_choose##BITS(high[j], v, u[j]);                                        \
        v = wi_impl_choose##BITS(high[j], u[j], v);                                                          \
        p = law->p_lo + wi_impl_scale##BITS(p, law->span);                                                   \
        v = law->q_hi + wi_impl_scale##BITS(v, law->span);                                                   \
        left[j] = (q)(p < v);                                                                                \
        u[j] = wi_impl_choose##BITS(left[j], p, v);                                                          \
    }                                                                                                        \
    wi_impl_log##BITS(u);                                                                                    \
    wi_impl_quantile_log##BITS(w, u);                                                                        \
    WI_IMPL_ALL w[j] = (f)((q)w[j] ^ (left[j] & WI_IMPL_SIGN_BIT));                                          \
}                                                                                                            \
                                                                                                             \
TARGET static void wi_impl_values##BITS(double *w, const uint32_t *word, size_t count,                       \
                                        const wi_impl_law *law)                                              \
{                                                                                                            \
    typedef wi_impl_f##BITS f;                                                                               \
    typedef wi_impl_q##BITS q;                                                                               \
    enum { lanes = BITS / 64, span = WI_IMPL_ABREAST * lanes };                                              \
    const f zero = {0, 0}, least = law->min - zero, most = law->max - zero;                                  \
    f x[WI_IMPL_ABREAST];                                                                                    \
    for (size_t i = 0; i < count; i += span, word += span) {                                                 \
        double last[span], *to = count - i < span ? last : w + i;                                            \
        wi_impl_standard##BITS(x, word, law);                                                                \
        WI_IMPL_ALL {                                                                                        \
            x[j] = law->base + wi_impl_scale##BITS(x[j], law->scale);                                        \
            x[j] = wi_impl_choose##BITS((q)(x[j] < least), least, x[j]);                                     \
            x[j] = wi_impl_choose##BITS((q)(x[j] > most), most, x[j]);                                       \
            memcpy(to + j * lanes, &x[j], sizeof x[j]);                                                      \
        }                                                                                                    \
        if (to == last) memcpy(w + i, last, (count - i) * sizeof *w);                                        \
    }                                                                                                        \
}

#endif

#if WINIT_SIMD_BITS >= 512
WI_IMPL_STAMP_LANES(512, WI_IMPL_AVX512)
#endif
WI_IMPL_STAMP_LANES(256, WI_IMPL_AVX2)

#endif /* lanes */

static void wi_impl_fill_constant(wi_real *w, size_t n, wi_real value)
{
    for (size_t i = 0; i < n; i++) w[i] = value;
}

static void wi_impl_values(wi_real *w, const uint32_t *word, size_t count, const wi_impl_law *law)
{
#ifdef WI_IMPL_LANES
    int bits = count < 64 ? 0 : wi_impl_simd_bits(); /* as in wi_impl_words() */
#if WI_IMPL_DOUBLE
    if (law->kind != WI_IMPL_LAW_UNIFORM && law->kind != WI_IMPL_LAW_NORMAL
        && !(law->kind == WI_IMPL_LAW_TRUNCATED && law->lo <= 0 && law->hi >= 0)) bits = 0;
#endif
    if (bits == 256) { wi_impl_values256(w, word, count, law); return; }
#if WINIT_SIMD_BITS >= 512
    if (bits == 512) { wi_impl_values512(w, word, count, law); return; }
#endif
#endif
    for (size_t i = 0; i < count; i++) w[i] = wi_impl_law_value(law, word[i]);
}

/* Draw w[0 .. n) as the generator's next n elements; one in the middle of a block finishes that first. */
static void wi_impl_draw(wi_real *w, size_t n, wi_rng rng, const wi_impl_law *law)
{
    uint32_t word[WI_IMPL_BATCH];
    size_t skip, take;
    if (law->kind == WI_IMPL_LAW_CONSTANT) { wi_impl_fill_constant(w, n, (wi_real)law->base); return; }
    for (; n > 0; n -= take, w += take, rng.index += take) {
        skip = (size_t)(rng.index % 4);
        take = wi_impl_min(n, skip > 0 ? 4 - skip : WI_IMPL_BATCH);
        wi_impl_words(word, skip + take, &rng);
        wi_impl_values(w, word + skip, take, law);
    }
}

/* ---- What a recipe means at a shape ---------------------------------------- */

/* The schemes whose weights are independent, each drawn from one law; those alone may have a fan. */
#define WI_IMPL_LAW_SCHEMES \
    case WI_SCHEME_UNIFORM: case WI_SCHEME_NORMAL: case WI_SCHEME_TRUNCATED

static int wi_impl_law_scheme(wi_scheme scheme)
{
    switch (scheme) {
    WI_IMPL_LAW_SCHEMES: return 1;
    default: return 0;
    }
}

/* Numbers that no shape can make good are refused here, the rest in wi_impl_recipe_plan(). */
WI_IMPL_RARE static int wi_impl_recipe_sane(const wi_recipe *r)
{
    int truncated = r->scheme == WI_SCHEME_TRUNCATED, law = wi_impl_law_scheme(r->scheme);
    if ((int)r->scheme <= WI_SCHEME_DEFAULT || r->scheme >= WI_SCHEME_COUNT) return 0;
    if (!wi_impl_finite(r->a) || !wi_impl_finite(r->b)) return 0;
    if (r->fan != WI_FAN_NONE)
        return law && (int)r->fan > WI_FAN_NONE && r->fan <= WI_FAN_MEAN && wi_impl_finite(r->scale)
               && r->scale >= 0 && r->power >= 0 && r->power <= 8 && (!truncated || r->lo < r->hi);
    if (r->scheme == WI_SCHEME_UNIFORM) return r->a <= r->b && wi_impl_finite(r->b - r->a);
    if (r->scheme == WI_SCHEME_SPARSE && !(r->a >= 0 && r->a == floor(r->a))) return 0;
    if (truncated && !(r->lo <= r->hi && r->lo <= DBL_MAX && r->hi >= -DBL_MAX)) return 0;
    return r->b >= 0 || (!law && r->scheme != WI_SCHEME_SPARSE);
}

/* The standard deviation sqrt(scale / fan^power). */
WI_IMPL_RARE static double wi_impl_fan_std(const wi_recipe *r, const wi_shape *shape)
{
    double in, out, fan, power = r->power == 0.0 ? 1.0 : r->power;
    wi_impl_fans(shape, &in, &out);
    fan = r->fan == WI_FAN_IN ? in : r->fan == WI_FAN_OUT ? out : 0.5 * (in + out);
    if (power == 2.0) fan *= fan;
    else if (power != 1.0) fan = wi_impl_exp(wi_impl_times(power, wi_impl_log(fan)));
    return sqrt(r->scale / fan);
}

/* The law of one weight under a uniform or a normal recipe; then under a truncated one as well. */
static wi_impl_law wi_impl_plain_law(const wi_recipe *r, const wi_shape *shape)
{
    double std = r->fan != WI_FAN_NONE ? wi_impl_fan_std(r, shape) : r->b;
    if (r->scheme == WI_SCHEME_NORMAL) return wi_impl_law_normal(r->fan != WI_FAN_NONE ? 0 : r->a, std);
    WINIT_ASSERT(r->scheme == WI_SCHEME_UNIFORM);   /* a new law would be drawn as this one */
    if (r->fan != WI_FAN_NONE) return wi_impl_law_uniform(-std * sqrt(3.0), std * sqrt(3.0));
    return wi_impl_law_uniform(r->a, r->b);
}

WI_IMPL_RARE static wi_impl_law wi_impl_recipe_law(const wi_recipe *r, const wi_shape *shape)
{
    if (r->scheme == WI_SCHEME_CONSTANT) return wi_impl_law_of(WI_IMPL_LAW_CONSTANT, r->a, 0, 0, 0);
    if (r->scheme == WI_SCHEME_POISON) return wi_impl_law_of(WI_IMPL_LAW_CONSTANT, WI_IMPL_NAN, 0, 0, 0);
    if (r->scheme != WI_SCHEME_TRUNCATED) return wi_impl_plain_law(r, shape);
    if (r->fan == WI_FAN_NONE) return wi_impl_law_truncated(r->a, r->b, r->lo, r->hi);
    wi_impl_bulk unit = wi_impl_truncated_bulk(r->lo, r->hi); /* widen and shift: the variance is a promise */
    double std = wi_impl_fan_std(r, shape) / unit.std;
    return wi_impl_law_truncated(-wi_impl_times(std, unit.mean), std, r->lo, r->hi);
}

/* Do all numbers of a law fit wi_real? None lies further than 6.4 from the mean, or beyond a bound: 2^-33's
   quantile. */
WI_IMPL_RARE static int wi_impl_law_fits(const wi_impl_law *law)
{
    double lo = law->lo > -6.5 ? law->lo : law->hi < 0 ? law->hi - 6.5 : -6.5;
    double hi = law->hi < 6.5 ? law->hi : law->lo > 0 ? law->lo + 6.5 : 6.5, most = WI_IMPL_REAL_MAX;
    if (law->kind == WI_IMPL_LAW_UNIFORM) return fabs(law->min) <= most && fabs(law->max) <= most;
    lo = law->mean + law->std * (lo > law->lo ? lo : law->lo);
    hi = law->mean + law->std * (hi < law->hi ? hi : law->hi);
    return fabs(lo) <= most && fabs(hi) <= most && fabs(law->base) <= most && fabs(law->scale) <= most;
}

/* Mean, standard deviation and kurtosis of what a law draws. */
static wi_impl_bulk wi_impl_law_bulk(const wi_impl_law *law)
{
    wi_impl_bulk bulk = {0, 1, 3};
    if (law->kind == WI_IMPL_LAW_UNIFORM) { bulk.std = sqrt(1.0 / 3); bulk.kurtosis = 1.8; }
    else if (law->kind != WI_IMPL_LAW_NORMAL) bulk = wi_impl_truncated_bulk(law->lo, law->hi);
    bulk.mean = law->mean + wi_impl_times(law->std, bulk.mean);
    bulk.std *= law->std;
    return bulk;
}

/* ---- Fills by law ---------------------------------------------------------- */

/* wi_impl_draw() for part t of n numbers: a number depends on its index alone. */
static void wi_impl_draw_share(wi_real *w, size_t n, wi_rng rng, const wi_impl_law *law, size_t parts,
                               size_t t)
{
    size_t from = wi_impl_share(n, parts, t), to = wi_impl_share(n, parts, t + 1);
    rng.index += from;
    wi_impl_draw(w + from, to - from, rng, law);
}

static void wi_impl_draw_shared(wi_real *w, size_t n, wi_rng rng, const wi_impl_law *law)
{
    const size_t parts = wi_impl_threads(wi_impl_num(n), 5e4);
    WI_IMPL_SHARE_OUT(wi_impl_draw_share(w, n, rng, law, parts, t))
}

/* One fill: where, what, how, by which law, from which words. */
typedef struct wi_impl_filling {
    wi_impl_layout p;
    wi_shape s;
    wi_recipe r;
    wi_impl_law law;
    wi_rng rng;
} wi_impl_filling;

/* Put the next count numbers, in the order of wi_fill(), to where they belong. That order walks the four axes
   of the shape's own layout, slowest first, by the steps of f's; index and *to say where it has come to. */
static void wi_impl_deal_out(const wi_impl_filling *f, size_t *index, wi_real **to, const wi_real *number,
                             size_t count)
{
    const size_t length[4] = {f->s.groups, f->p.outs, f->p.ins, f->p.taps};
    const size_t step[4] = {f->p.group, f->p.out, f->p.in, f->p.tap};
    static const int orders[4][4] = {{0, 1, 2, 3}, {3, 2, 0, 1}, {0, 2, 1, 3}, {3, 1, 0, 2}};
    const int *axis = orders[(f->s.transposed ? 2 : 0) + (f->s.in_major ? 1 : 0)];
    for (size_t i = 0; i < count; i++) {
        **to = number[i];
        for (int a = 3; a >= 0; a--) { /* one further, with carries */
            *to += step[axis[a]];
            if (++index[a] < length[axis[a]]) break;
            *to -= index[a] * step[axis[a]];
            index[a] = 0;
        }
    }
}

static void wi_impl_fill_law(const wi_impl_filling *f)
{
    size_t index[4] = {0, 0, 0, 0}, left = wi_impl_count(&f->s), count;
    wi_real number[256], *to = f->p.w;
    wi_rng rng = f->rng;
    if (f->p.flat) {
        wi_impl_draw_shared(f->p.w, left, rng, &f->law);
        return;
    }
    for (; left > 0; left -= count, rng.index += count) {
        count = wi_impl_min(left, 256);
        wi_impl_draw(number, count, rng, &f->law);
        wi_impl_deal_out(f, index, &to, number, count);
    }
}

/* ---- Fills without chance: identity, dirac, Hadamard, bilinear -------------- */

/* One axis of the bilinear kernel: a tent of half-width f around the middle. */
static double wi_impl_tent(size_t at, size_t kernel)
{
    double f = wi_impl_num((kernel + 1) / 2);
    double centre = kernel % 2 ? f - 1.0 : f - 0.5;
    return 1.0 - fabs(wi_impl_num(at) - centre) / f;
}

/* The weight of unit o of its group for input j. */
WI_IMPL_RARE static double wi_impl_fixed_weight(const wi_recipe *r, const wi_shape *s, size_t o, size_t j)
{
    size_t taps = s->kernel_h * s->kernel_w, i = j / taps, tap = j % taps;
    size_t outs = s->out / s->groups, p, bits;
    double norm = 1;
    int odd = 0;

    if (r->scheme == WI_SCHEME_CONSTANT) return r->a;
    if (r->scheme == WI_SCHEME_BILINEAR)
        return o == i ? r->a * wi_impl_tent(tap / s->kernel_w, s->kernel_h)
                               * wi_impl_tent(tap % s->kernel_w, s->kernel_w) : 0.0;

    /* Identity, dirac and hadamard live in the middle of the kernel. */
    if (tap != s->kernel_h / 2 * s->kernel_w + s->kernel_w / 2) return 0.0;
    if (r->scheme != WI_SCHEME_HADAMARD || outs <= s->in / s->groups) return o == i ? r->a : 0.0;
    for (p = 1; p < outs; p *= 2) norm *= 0.5; /* p: outs rounded up to a power of two; norm = 1 / p */
    for (bits = o & i; bits; bits &= bits - 1) odd = !odd;
    return (odd ? -r->a : r->a) * sqrt(norm);
}

static void wi_impl_fill_fixed(const wi_impl_filling *f)
{
    for (size_t o = 0; o < f->s.out; o++) {
        wi_real *w = wi_impl_unit(&f->p, o);
        for (size_t j = 0; j < f->p.ins * f->p.taps; j++)
            w[wi_impl_input(&f->p, j)] = (wi_real)wi_impl_fixed_weight(&f->r, &f->s, o % f->p.outs, j);
    }
}

/* ---- Orthogonal matrices ---------------------------------------------------
   Q R of a Gaussian matrix is uniform (Haar) once the signs of R's diagonal are made positive. The
   Householder reflections that make it can be drawn directly, without the factorisation: reflection j turns a
   Gaussian vector x of length n - j onto its first axis (G. W. Stewart, SIAM J. Numer. Anal. 17, 1980). Then

       Q = H_1 H_2 ... H_m diag(-sign x_j),   H = I - v v^T,   v ~ x + sign(x_1) |x| e_1,  |v|^2 = 2,

   and a block of reflections is I - V T V^T with a small triangular T (Schreiber & Van Loan, 1989): two
   matrix products for every 32 reflections. Orthogonal by construction, to the rounding of a product. */
#define WI_IMPL_REFLECTIONS 32
typedef double wi_impl_triangle[WI_IMPL_REFLECTIONS]; /* a row of T */

/* The product of two weights: of floats it is exact in double, whether it is fused with a sum or not. */
WI_IMPL_INLINE double wi_impl_exact_times(wi_real a, wi_real b)
{
    return WI_IMPL_DOUBLE ? wi_impl_times((double)a, (double)b) : (double)a * (double)b;
}

/* a . b in four sums side by side. */
WI_IMPL_APART static double wi_impl_dot(const wi_real *a, const wi_real *b, size_t n)
{
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (; n >= 4; n -= 4, a += 4, b += 4) {
        s0 += wi_impl_exact_times(a[0], b[0]);
        s1 += wi_impl_exact_times(a[1], b[1]);
        s2 += wi_impl_exact_times(a[2], b[2]);
        s3 += wi_impl_exact_times(a[3], b[3]);
    }
    for (; n > 0; n--, a++, b++) s0 += wi_impl_exact_times(a[0], b[0]);
    return (s0 + s1) + (s2 + s3);
}

/* Turn x [n] into its reflection's v, |v|^2 = 2. */
static void wi_impl_reflector(wi_real *x, size_t n)
{
    double squares = wi_impl_dot(x, x, n), scale;
    double first = (double)x[0] + (x[0] < 0 ? -sqrt(squares) : sqrt(squares));
    x[0] = (wi_real)first;
    squares = wi_impl_dot(x, x, n);
    scale = squares > 0 ? sqrt(2.0 / squares) : 0.0;
    for (size_t i = 0; i < n; i++) x[i] = (wi_real)wi_impl_times((double)x[i], scale);
}

/* q := q (I - V^T T^T V) for one block; v is V [count][n], its row j starting with j zeros;
   w [m][count] and t are scratch. */
static void wi_impl_reflect(wi_mat q, wi_mat v, wi_mat w, wi_impl_triangle *t)
{
    const wi_mat v_t = wi_mat_transpose(v);
    double along[WI_IMPL_REFLECTIONS], sum;
    size_t k, count = v.rows;

    /* T, column by column: T_jj = 1, T_ij = -sum_k T_ik (v_k . v_j) for i < j. */
    for (size_t j = 0; j < count; j++) {
        for (k = 0; k < j; k++)
            along[k] = wi_impl_dot(v.data + k * v.row_step + j, v.data + j * v.row_step + j, v.cols - j);
        for (size_t i = 0; i < j; i++) {
            for (sum = 0, k = i; k < j; k++) sum += wi_impl_times(t[i][k], along[k]);
            t[i][j] = -sum;
        }
        t[j][j] = 1.0;
    }

    /* W = -(q V^T) T^T, row by row in place; then q += W V. */
    wi_impl_gemm_exact(&w, NULL, &q, &v_t);
    for (size_t i = 0; i < q.rows; i++) {
        wi_real *row = w.data + i * w.row_step;
        for (size_t j = 0; j < count; j++) {
            for (sum = 0, k = j; k < count; k++) sum += wi_impl_times(t[j][k], (double)row[k]);
            row[j] = (wi_real)-sum;
        }
    }
    wi_impl_gemm_exact(&q, &q, &w, &v);
}

/* Row j of q times scale[j], in the order of storage. */
static void wi_impl_scale_rows(wi_mat q, const wi_real *scale)
{
    int by_rows = q.col_step < q.row_step;
    size_t outer = by_rows ? q.rows : q.cols, inner = by_rows ? q.cols : q.rows;
    for (size_t i = 0; i < outer; i++)
        for (size_t j = 0; j < inner; j++) {
            size_t row = by_rows ? i : j, col = by_rows ? j : i;
            q.data[row * q.row_step + col * q.col_step] *= scale[row];
        }
}

/* q := gain times a uniform orthogonal matrix, both of a filling. */
static wi_status wi_impl_haar(const wi_impl_filling *f, wi_mat q)
{
    wi_impl_law law = wi_impl_law_normal(0, 1);
    wi_impl_triangle *t;
    wi_real *scratch, *sign;
    wi_mat v, w;

    /* Rows are to be orthonormal: take the transpose of a tall matrix. */
    if (q.rows > q.cols) q = wi_mat_transpose(q);
    size_t m = q.rows, n = q.cols;
    size_t bytes = wi_impl_mul(wi_impl_mul(m, wi_impl_add(n, WI_IMPL_REFLECTIONS)), sizeof(wi_real));
    t = (wi_impl_triangle *)wi_impl_alloc(wi_impl_add(bytes, WI_IMPL_REFLECTIONS * sizeof *t), 1);
    if (!t) return WI_ERR_MEMORY;
    scratch = (wi_real *)(t + WI_IMPL_REFLECTIONS);
    wi_impl_draw_shared(scratch, m * n, f->rng, &law);
    for (size_t j = 0; j < m; j++)
        for (size_t i = 0; i < n; i++) q.data[j * q.row_step + i * q.col_step] = i == j;

    /* From the last block of reflections to the first; rows and columns before it are not touched yet. */
    for (size_t k = (m - 1) / WI_IMPL_REFLECTIONS * WI_IMPL_REFLECTIONS; ; k -= WI_IMPL_REFLECTIONS) {
        size_t count = wi_impl_min(WI_IMPL_REFLECTIONS, m - k);
        for (size_t j = k; j < k + count; j++) {
            for (size_t i = k; i < j; i++) scratch[j * n + i] = 0;
            wi_impl_reflector(scratch + j * n + j, n - j);
        }
        v = wi_mat_view(scratch + k * n + k, count, n - k);
        v.row_step = n;
        w = wi_mat_view(scratch + m * n, m - k, count);
        wi_impl_reflect(wi_impl_part(q, k, k, q.rows - k, q.cols - k), v, w, t);
        if (k == 0) break;
    }

    sign = scratch + m * n;
    for (size_t j = 0; j < m; j++) sign[j] = (wi_real)(scratch[j * n + j] < 0 ? f->r.a : -f->r.a);
    wi_impl_scale_rows(q, sign);
    WINIT_FREE(t);
    return WI_OK;
}

/* The weights as the matrix that an orthogonal recipe means: a row a unit (transposed convolutions: a row
   an input, as PyTorch flattens them), columns in storage order. 0 where no two steps describe it. */
WI_IMPL_RARE static int wi_impl_layout_matrix(const wi_impl_layout *p, const wi_shape *s, wi_mat *m)
{
    size_t others = s->transposed ? p->outs : p->ins, other = s->transposed ? p->out : p->in;
    size_t run = s->in_major ? others : p->taps; /* columns `inner` apart; runs are `outer` apart */
    size_t outer = s->in_major ? p->tap : other, inner = s->in_major ? other : p->tap;
    m->data = p->w;
    m->rows = s->transposed ? s->in : s->out;
    m->cols = others * p->taps;
    m->row_step = s->transposed ? p->in : p->out;
    m->col_step = run > 1 ? inner : outer;
    return (run == 1 || run == m->cols || outer == run * inner)
           && (s->groups == 1 || p->group == m->rows / s->groups * m->row_step);
}

static wi_mat wi_impl_weight_matrix(wi_real *w, const wi_shape *shape)
{
    wi_impl_layout p = wi_impl_layout_of(w, shape);
    wi_mat m;
    (void)wi_impl_layout_matrix(&p, shape, &m);
    return m;
}

/* Where the filling's layout is no matrix, fill the shape's own and deal it out. */
static wi_status wi_impl_fill_orthogonal(const wi_impl_filling *f)
{
    wi_mat m;
    if (wi_impl_layout_matrix(&f->p, &f->s, &m)) return wi_impl_haar(f, m);

    size_t index[4] = {0, 0, 0, 0}, count = wi_impl_count(&f->s);
    wi_real *own = (wi_real *)wi_impl_alloc(count, sizeof(wi_real)), *to = f->p.w;
    if (!own) return WI_ERR_MEMORY;
    wi_status status = wi_impl_haar(f, wi_impl_weight_matrix(own, &f->s));
    if (status == WI_OK) wi_impl_deal_out(f, index, &to, own, count);
    WINIT_FREE(own);
    return status;
}

/* The tap in the middle of a delta-orthogonal kernel. */
static size_t wi_impl_middle(const wi_shape *s)
{
    return (s->kernel_h - 1) / 2 * s->kernel_w + (s->kernel_w - 1) / 2;
}

/* The matrix that is to be orthogonal: [out][in] at that tap, or all weights, where they are one. */
static wi_mat wi_impl_orthogonal_part(const wi_impl_filling *f)
{
    wi_mat m = {f->p.w + wi_impl_middle(&f->s) * f->p.tap, f->s.out, f->s.in, f->p.out, f->p.in};
    if (f->r.scheme == WI_SCHEME_ORTHOGONAL) (void)wi_impl_layout_matrix(&f->p, &f->s, &m);
    return m;
}

static wi_status wi_impl_fill_delta(const wi_impl_filling *f)
{
    const wi_impl_layout *p = &f->p;
    wi_status status = wi_impl_haar(f, wi_impl_orthogonal_part(f));
    for (size_t o = 0; o < f->s.out && status == WI_OK; o++)
        for (size_t j = 0; j < p->ins * p->taps; j++)
            if (j % p->taps != wi_impl_middle(&f->s)) wi_impl_unit(p, o)[wi_impl_input(p, j)] = 0;
    return status;
}

/* ---- Sparse weights, and directions ----------------------------------------
   For each unit, mark a random set of k inputs (R. Floyd's algorithm: for j = n - k ... n - 1 take a random
   t <= j, or j itself if t is taken), then give the marked ones their values in order. */
static void wi_impl_fill_sparse(const wi_impl_filling *f)
{
    size_t n = f->p.ins * f->p.taps, k = (size_t)f->r.a;
    for (size_t o = 0; o < f->s.out; o++) {
        wi_rng row = wi_rng_split(f->rng, f->rng.index + o);
        wi_real *w = wi_impl_unit(&f->p, o);
        for (size_t j = 0; j < n; j++) w[wi_impl_input(&f->p, j)] = 0;
        for (size_t j = n - k; j < n; j++) {
            size_t t = (size_t)wi_rng_below(&row, (uint64_t)j + 1);
            w[wi_impl_input(&f->p, w[wi_impl_input(&f->p, t)] != 0 ? j : t)] = 1;
        }
        for (size_t j = 0; j < n; j++) {
            wi_real *at = w + wi_impl_input(&f->p, j);
            if (*at != 0) *at = wi_impl_law_value(&f->law, wi_rng_next(&row));
        }
    }
}

WI_API double wi_nguyen_widrow_beta(wi_shape shape)
{
    double fan_in;
    wi_impl_fans(&shape, &fan_in, NULL);
    return fan_in > 0 ? 0.7 * wi_impl_exp(wi_impl_log(wi_impl_num(shape.out)) / fan_in) : 0.0;
}

/* Random directions, each unit's weights scaled to one length. */
static void wi_impl_fill_nguyen_widrow(const wi_impl_filling *f)
{
    double length = f->r.a * wi_nguyen_widrow_beta(f->s);
    wi_impl_fill_law(f);
    for (size_t o = 0; o < f->s.out; o++) {
        wi_real *w = wi_impl_unit(&f->p, o);
        double squares = 0;
        for (size_t j = 0; j < f->p.ins * f->p.taps; j++) {
            double value = (double)w[wi_impl_input(&f->p, j)];
            squares += wi_impl_times(value, value);
        }
        double scale = length / sqrt(squares);
        for (size_t j = 0; j < f->p.ins * f->p.taps; j++) {
            wi_real *at = w + wi_impl_input(&f->p, j);
            *at = (wi_real)wi_impl_times((double)*at, scale);
        }
    }
}

/* ---- What wi_fill() makes of a recipe ---------------------------------------- */

/* Can this recipe fill this shape, in numbers that fit? And the law that it draws from. */
WI_IMPL_RARE static wi_status wi_impl_recipe_plan(const wi_recipe *r, const wi_shape *s, wi_impl_law *law)
{
    double fan_in, largest = fabs(r->a);
    wi_impl_fans(s, &fan_in, NULL);
    if (fan_in == 0.0) return WI_ERR_SHAPE;
    if (!wi_impl_recipe_sane(r)) return WI_ERR_ARG;
    *law = wi_impl_law_uniform(-1, 1);
    switch (r->scheme) {
    case WI_SCHEME_CONSTANT: case WI_SCHEME_POISON: *law = wi_impl_recipe_law(r, s); break;
    WI_IMPL_LAW_SCHEMES:
        *law = wi_impl_recipe_law(r, s);
        return wi_impl_law_fits(law) ? WI_OK : WI_ERR_ARG;
    case WI_SCHEME_SPARSE:
        if (r->a > fan_in) return WI_ERR_SHAPE;
        *law = wi_impl_law_normal(0, r->b);
        return wi_impl_law_fits(law) ? WI_OK : WI_ERR_ARG;
    case WI_SCHEME_IDENTITY:
        if (s->kernel_h != 1 || s->kernel_w != 1 || s->groups != 1) return WI_ERR_SHAPE;
        break;
    case WI_SCHEME_DELTA_ORTHOGONAL:
        if (s->groups != 1 || s->out < s->in) return WI_ERR_SHAPE;
        break;
    case WI_SCHEME_NGUYEN_WIDROW: largest *= wi_nguyen_widrow_beta(*s); break;
    default: break;
    }
    return largest <= WI_IMPL_REAL_MAX ? WI_OK : WI_ERR_ARG;
}

/* Go on with a sentence on weights that cannot be drawn: by which recipe, with which numbers, and where those
   would do elsewhere, at which shape. */
WI_IMPL_RARE static wi_status wi_impl_refused(wi_error *error, wi_status status, const wi_recipe *r,
                                              const wi_shape *s)
{
    char fans[120];
    if (!error) return status;
    wi_impl_text text = {error->text, sizeof error->text, strlen(error->text)};
    wi_impl_print(&text, " by recipe '%s'", r->name ? r->name : "without a name");
    if (status == WI_ERR_MEMORY) return status;
    if ((unsigned)r->scheme >= WI_SCHEME_COUNT)
        wi_impl_print(&text, ", whose scheme, %d, is not a wi_scheme", (int)r->scheme);
    else if (r->fan != WI_FAN_NONE) wi_impl_print(&text, ", whose scale is %g", r->scale);
    else wi_impl_print(&text, ", whose numbers are %g and %g", r->a, r->b);
    if (r->scheme == WI_SCHEME_TRUNCATED) wi_impl_print(&text, ", its bounds %g and %g", r->lo, r->hi);
    if (status == WI_ERR_SHAPE) wi_impl_print(&text, "; %s", wi_fans_text(*s, fans, sizeof fans));
    return status;
}

static wi_status wi_impl_recipe_check(const wi_recipe *r, const wi_shape *s)
{
    wi_impl_law law;
    return wi_impl_recipe_plan(r, s, &law);
}

/* The sum of the first rows x columns signs of Hadamard's matrix, (-1)^(bits that row and column share). In a
   square of side p, a power of two, all columns but the first cancel: p. Cut the rest into such squares. */
WI_IMPL_RARE static double wi_impl_hadamard_sum(size_t rows, size_t columns)
{
    size_t side = 1, swap = rows;
    if (rows < columns) { rows = columns; columns = swap; }
    if (columns == 0) return 0;
    while (side <= rows / 2) side *= 2;
    if (columns <= side) return wi_impl_num(side) + wi_impl_hadamard_sum(rows - side, columns);
    return 3.0 * wi_impl_num(side) - wi_impl_hadamard_sum(rows - side, columns - side);
}

/* Mean and deviation of weights without chance at a gain of 1, from sums over a group without looking at
   each: a tent adds up to f, its squares to (2 f^2 + 1) / 3f, even ones to (2 f^2 - 1/2) / 3f. */
WI_IMPL_RARE static void wi_impl_fixed_moments(const wi_recipe *r, const wi_shape *s, double *mean,
                                               double *std)
{
    size_t outs = s->out / s->groups, ins = s->in / s->groups;
    double count = wi_impl_num(wi_impl_count(s) / s->groups), diagonal = wi_impl_num(wi_impl_min(outs, ins));
    double sum = diagonal, squares = diagonal, p = 1;
    if (r->scheme == WI_SCHEME_CONSTANT) sum = squares = count;
    if (r->scheme == WI_SCHEME_HADAMARD && outs > ins) {
        while (p < wi_impl_num(outs)) p *= 2;
        sum = wi_impl_hadamard_sum(outs, ins) / sqrt(p);
        squares = wi_impl_num(outs) * wi_impl_num(ins) / p;
    }
    for (int axis = 0; axis < 2 && r->scheme == WI_SCHEME_BILINEAR; axis++) {
        size_t kernel = axis ? s->kernel_w : s->kernel_h;
        double f = wi_impl_num((kernel + 1) / 2);
        sum *= f;
        squares *= (2 * f * f + (kernel % 2 ? 1.0 : -0.5)) / (3 * f);
    }
    *mean = sum / count;
    *std = sqrt(fmax(squares / count - *mean * *mean, 0));
}

/* Mean and standard deviation of one weight; NaN where wi_fill() would refuse. */
WI_IMPL_RARE static wi_status wi_impl_recipe_moments(const wi_recipe *r, const wi_shape *s, double *mean,
                                                     double *std)
{
    wi_impl_law law;
    wi_impl_bulk bulk;
    wi_status status = wi_impl_recipe_plan(r, s, &law);
    wi_mat m;
    double fan_in, gain = fabs(r->a), count = wi_impl_num(wi_impl_count(s));
    *mean = *std = WI_IMPL_NAN;
    if (status != WI_OK || r->scheme == WI_SCHEME_POISON) return status;
    wi_impl_fans(s, &fan_in, NULL);
    *mean = 0;
    switch (r->scheme) {
    WI_IMPL_LAW_SCHEMES:
        bulk = wi_impl_law_bulk(&law);
        *mean = bulk.mean;
        *std = r->fan != WI_FAN_NONE ? wi_impl_fan_std(r, s) : bulk.std; /* to the last bit */
        break;
    case WI_SCHEME_ORTHOGONAL: /* squares that add up to the matrix's smaller side */
        m = wi_impl_weight_matrix(NULL, s);
        *std = gain * sqrt(1 / wi_impl_num(m.rows > m.cols ? m.rows : m.cols));
        break;
    case WI_SCHEME_DELTA_ORTHOGONAL: *std = gain * sqrt(wi_impl_num(s->in) / count); break;
    case WI_SCHEME_SPARSE: *std = r->b * sqrt(r->a / fan_in); break;
    case WI_SCHEME_NGUYEN_WIDROW: *std = gain * wi_nguyen_widrow_beta(*s) / sqrt(fan_in); break;
    default:
        wi_impl_fixed_moments(r, s, mean, std);
        *mean *= r->a;
        *std *= gain;
    }
    return WI_OK;
}

WI_API WI_IMPL_OPAQUE double wi_recipe_std(wi_recipe recipe, wi_shape shape)
{
    double mean, std;
    (void)wi_impl_recipe_moments(&recipe, &shape, &mean, &std);
    return std;
}

/* ---- Recipes as text -------------------------------------------------------
   "name" or "name:1,2,3". A row of the table says what the numbers are (n any, 1 where left out;
   l, h bounds, -2 and 2; i a flag, 0; f, d, r words) and how many there must be. They are a preset's gain, or
   the recipe's own a, b, lo and hi; the first six are worked out. Text is written with 15, 16 or 17 digits,
   whichever first reads back as the same recipe; what the name's own row cannot say (a scaled SIREN, a name
   that the user gave) the scheme's row says, field by field. */
enum {
    WI_IMPL_CORRECTED, WI_IMPL_SCALING, WI_IMPL_KAIMING, WI_IMPL_SIREN, WI_IMPL_MUP, WI_IMPL_FOUND,
    WI_IMPL_OWN_NUMBERS
};

typedef struct wi_impl_form {
    const char *name, *kinds;
    int least;
    wi_scheme scheme;
    wi_recipe (*preset)(void);   /* or NULL */
} wi_impl_form;

static const wi_impl_form wi_impl_forms[] = {
    {"truncated_corrected", "nnlh", 4, WI_SCHEME_TRUNCATED, NULL},
    {"variance_scaling", "nfdnlh", 3, WI_SCHEME_NORMAL, NULL},
    {"kaiming", "nfd", 1, WI_SCHEME_NORMAL, NULL},
    {"siren", "ni", 1, WI_SCHEME_UNIFORM, NULL},
    {"mup", "rn", 1, WI_SCHEME_NORMAL, NULL},
    {"orthogonal_not_uniform", "n", 0, WI_SCHEME_ORTHOGONAL, NULL},   /* what wi_identify() may find */
    {"default", "", 0, WI_SCHEME_DEFAULT, NULL},
    {"constant", "n", 1, WI_SCHEME_CONSTANT, NULL},
    {"uniform", "nn", 2, WI_SCHEME_UNIFORM, NULL},
    {"normal", "nn", 2, WI_SCHEME_NORMAL, NULL},
    {"truncated", "nnlh", 4, WI_SCHEME_TRUNCATED, NULL},
    {"orthogonal", "n", 0, WI_SCHEME_ORTHOGONAL, NULL},
    {"identity", "n", 0, WI_SCHEME_IDENTITY, NULL},
    {"delta_orthogonal", "n", 0, WI_SCHEME_DELTA_ORTHOGONAL, NULL},
    {"sparse", "nn", 2, WI_SCHEME_SPARSE, NULL},
#define WI_IMPL_PRESET_FORM(NAME, SCHEME, FAN, SCALE, A) {#NAME, "n", 0, WI_SCHEME_##SCHEME, wi_##NAME},
#define WI_IMPL_ALIAS_FORM(NAME, OF) {#NAME, "n", 0, WI_SCHEME_NORMAL, wi_##NAME},
    WI_IMPL_PRESETS(WI_IMPL_PRESET_FORM) WI_IMPL_ALIASES(WI_IMPL_ALIAS_FORM)
};

/* The recipe that a form makes of its numbers. */
WI_IMPL_RARE static wi_recipe wi_impl_form_recipe(size_t form, const double *v)
{
    const wi_impl_form *f = &wi_impl_forms[form];
    wi_recipe r = {f->name, f->scheme, WI_FAN_NONE, 0, 0, v[0], v[1], v[2], v[3]};
    switch (form) {
    case WI_IMPL_CORRECTED: return wi_truncated_normal_corrected(v[0], v[1], v[2], v[3]);
    case WI_IMPL_KAIMING: return wi_kaiming(v[0], (wi_fan)v[1], (wi_scheme)v[2]);
    case WI_IMPL_SIREN: return wi_siren(v[0], v[1] != 0);
    case WI_IMPL_MUP: return wi_mup((wi_mup_role)v[0], v[1]);
    case WI_IMPL_FOUND: return wi_orthogonal(v[0]);   /* drawn by it, they are uniform */
    case WI_IMPL_SCALING:
        r = wi_variance_scaling(v[0], (wi_fan)v[1], (wi_scheme)v[2]);
        r.power = v[3];
        r.lo = v[4];
        r.hi = v[5];
        return r;
    default: return f->preset ? wi_gained(f->preset(), v[0]) : r;
    }
}

/* And back: exact where the numbers are the recipe's own fields, near where they must be derived. */
WI_IMPL_RARE static void wi_impl_form_numbers(size_t form, const wi_recipe *r, double *v)
{
    const int squared = r->power == 2, truncated = r->scheme == WI_SCHEME_TRUNCATED;
    const double own[4] = {r->a, r->b, r->lo, r->hi};
    wi_recipe preset;
    wi_impl_bulk unit;
    memcpy(v, own, sizeof own);
    switch (form) {
    case WI_IMPL_CORRECTED:
        unit = wi_impl_truncated_bulk(r->lo, r->hi);
        v[0] += wi_impl_times(r->b, unit.mean);
        v[1] *= unit.std;
        break;
    case WI_IMPL_SCALING: case WI_IMPL_KAIMING:
        v[0] = form == WI_IMPL_SCALING ? r->scale : sqrt(fabs(2 / r->scale - 1));
        v[1] = r->fan;
        v[2] = r->scheme;
        v[3] = r->power;
        v[4] = truncated ? r->lo : -2;
        v[5] = truncated ? r->hi : 2;
        break;
    case WI_IMPL_SIREN:
        v[0] = squared ? 30 : sqrt(2 / r->scale);
        v[1] = squared;
        break;
    case WI_IMPL_MUP:
        v[0] = squared ? 2 : 1;
        v[1] = squared ? r->scale : 1;
        break;
    default:
        if (!wi_impl_forms[form].preset) break;
        preset = wi_impl_forms[form].preset();
        v[0] = preset.fan != WI_FAN_NONE ? sqrt(r->scale / preset.scale) : 1;
        if (preset.a != 0) v[0] = r->a / preset.a;
    }
}

/* Numbers that are words. */
static const struct { char kind; const char *word; int value; } wi_impl_choices[] = {
    {'f', "fan_in", WI_FAN_IN}, {'f', "fan_out", WI_FAN_OUT}, {'f', "fan_mean", WI_FAN_MEAN},
    {'d', "normal", WI_SCHEME_NORMAL}, {'d', "uniform", WI_SCHEME_UNIFORM},
    {'d', "truncated", WI_SCHEME_TRUNCATED},
    {'r', "hidden", WI_MUP_HIDDEN}, {'r', "input", WI_MUP_INPUT}, {'r', "output", WI_MUP_OUTPUT}};

/* What a number is where it is left out; of words, the first. */
static double wi_impl_form_default(char kind)
{
    for (size_t i = 0; i < WI_COUNT(wi_impl_choices); i++)
        if (wi_impl_choices[i].kind == kind) return wi_impl_choices[i].value;
    return kind == 'l' ? -2 : kind == 'h' ? 2 : kind == 'i' ? 0 : 1;
}

/* Read a text; 0 if it is not of this kind. */
WI_IMPL_RARE static int wi_impl_form_read(char kind, wi_impl_span text, double *v)
{
    for (size_t i = 0; i < WI_COUNT(wi_impl_choices); i++) {
        *v = wi_impl_choices[i].value;
        if (wi_impl_choices[i].kind == kind && wi_impl_span_is(text, wi_impl_choices[i].word)) return 1;
    }
    if (strchr("fdr", kind)) return 0;
    int least = wi_impl_span_is(text, "-inf");
    *v = least ? -WI_IMPL_INFINITY : WI_IMPL_INFINITY;
    if (least || wi_impl_span_is(text, "inf")) return kind == 'l' || kind == 'h';
    if (!wi_impl_parse_number(text.from, text.to, v) || !wi_impl_finite(*v)) return 0;
    return kind != 'i' || *v == 0 || *v == 1;
}

WI_IMPL_RARE static size_t wi_impl_form_named(const char *name, size_t length)
{
    wi_impl_span text = {name, name + length};
    size_t form = 0;
    while (form < WI_COUNT(wi_impl_forms) && !wi_impl_span_is(text, wi_impl_forms[form].name)) form++;
    return form;
}

WI_IMPL_RARE static wi_status wi_impl_recipe_read(const char *name, wi_recipe *out)
{
    double v[6] = {0, 0, 0, 0, 0, 0};
    size_t length = strcspn(name, ":"), form = wi_impl_form_named(name, length), n = 0;
    if (form == WI_COUNT(wi_impl_forms)) return WI_ERR_FORMAT;
    const char *kinds = wi_impl_forms[form].kinds;
    for (size_t i = 0; kinds[i]; i++) v[i] = wi_impl_form_default(kinds[i]);
    for (name += length; *name; n++) {
        wi_impl_span number = {name + 1, name + 1 + strcspn(name + 1, ",")};
        if (!kinds[n] || !wi_impl_form_read(kinds[n], number, &v[n])) return WI_ERR_FORMAT;
        name = number.to;
    }
    if (n < (size_t)wi_impl_forms[form].least) return WI_ERR_FORMAT;
    wi_recipe made = wi_impl_form_recipe(form, v);
    if (made.scheme != WI_SCHEME_DEFAULT && !wi_impl_recipe_sane(&made)) return WI_ERR_FORMAT;
    *out = made;
    return WI_OK;
}

WI_API wi_status wi_recipe_named(const char *name, wi_recipe *out)
{
    return name && out ? wi_impl_recipe_read(name, out) : WI_ERR_ARG;
}

WI_IMPL_RARE static void wi_impl_form_write(wi_impl_text *text, size_t form, const double *v, int digits)
{
    const char *kinds = wi_impl_forms[form].kinds;
    size_t n = strlen(kinds);
    while (n > (size_t)wi_impl_forms[form].least && v[n - 1] == wi_impl_form_default(kinds[n - 1])) n--;
    wi_impl_put_string(text, wi_impl_forms[form].name);
    for (size_t i = 0; i < n; i++) {
        const char *word = NULL;
        for (size_t c = 0; c < WI_COUNT(wi_impl_choices); c++)
            if (wi_impl_choices[c].kind == kinds[i] && wi_impl_choices[c].value == v[i])
                word = wi_impl_choices[c].word;
        wi_impl_put(text, i == 0 ? ':' : ',');
        if (word) wi_impl_put_string(text, word);
        else wi_impl_put_number(text, v[i], digits);
    }
}

/* Do two recipes agree in all fields that their scheme looks at? A mean of -0 is another than 0. */
static int wi_impl_recipe_same(const wi_recipe *a, const wi_recipe *b)
{
    if (a->scheme != b->scheme || a->fan != b->fan) return 0;
    if (a->scheme == WI_SCHEME_TRUNCATED && (a->lo != b->lo || a->hi != b->hi)) return 0;
    if (a->fan != WI_FAN_NONE) return a->scale == b->scale && a->power == b->power;
    if (a->scheme == WI_SCHEME_DEFAULT || a->scheme == WI_SCHEME_POISON) return 1;
    if (memcmp(&a->a, &b->a, sizeof a->a) != 0) return 0;
    return a->b == b->b || !(wi_impl_law_scheme(a->scheme) || a->scheme == WI_SCHEME_SPARSE);
}

/* Write a recipe in a form, with as few digits as give it back; 0 if none do. */
WI_IMPL_RARE static int wi_impl_form_text(size_t form, const wi_recipe *r, char *line)
{
    double v[6];
    line[0] = '\0';
    if (form == WI_COUNT(wi_impl_forms)) return 0;
    wi_impl_form_numbers(form, r, v);
    for (int digits = 15; digits <= 17; digits++) {
        wi_impl_text out = {line, WI_RECIPE_TEXT, 0};
        wi_recipe back;
        wi_impl_form_write(&out, form, v, digits);
        if (wi_impl_recipe_read(line, &back) == WI_OK && wi_impl_recipe_same(r, &back)) return 1;
    }
    return 0;
}

WI_API const char *wi_recipe_text(wi_recipe recipe, char *text, size_t size)
{
    const char *name = recipe.name ? recipe.name : "";
    char line[WI_RECIPE_TEXT];
    size_t form = WI_IMPL_OWN_NUMBERS;
    if (!text || size == 0) return text;
    while (form < WI_COUNT(wi_impl_forms) && wi_impl_forms[form].scheme != recipe.scheme) form++;
    if (recipe.fan != WI_FAN_NONE) form = WI_IMPL_SCALING;
    if (!wi_impl_form_text(wi_impl_form_named(name, strlen(name)), &recipe, line))
        (void)wi_impl_form_text(form, &recipe, line);
    if (strlen(line) < size) memcpy(text, line, strlen(line) + 1);
    else text[0] = '\0';
    return text;
}

/* ---- Filling --------------------------------------------------------------- */

/* What makes, or should have made, one of the gates that are stacked in w: gate 0 of 1 is the whole. A gate
   is a place within the whole, so many units further on. */
WI_IMPL_OPAQUE static wi_status wi_impl_filling_of(const wi_real *w, const wi_shape *shape,
                                                  const wi_recipe *recipe, size_t gates, size_t gate,
                                                  wi_impl_filling *f)
{
    f->s = *shape;
    f->s.out /= gates;
    wi_status status = wi_impl_recipe_plan(recipe, &f->s, &f->law);
    if (status != WI_OK) return status;
    f->p = wi_impl_layout_of(wi_mat_view_const(w, 1, 1).data, shape);
    f->p.w += gate * f->s.out * f->p.out;
    f->p.outs /= gates;
    f->p.flat = gates == 1;
    f->r = *recipe;
    return WI_OK;
}

static wi_status wi_impl_fill(wi_impl_filling *f, wi_rng *rng)
{
    wi_status status = WI_OK;
    f->rng = *rng;
    switch (f->r.scheme) {
    WI_IMPL_LAW_SCHEMES:
    case WI_SCHEME_CONSTANT: case WI_SCHEME_POISON: wi_impl_fill_law(f); break;
    case WI_SCHEME_ORTHOGONAL: status = wi_impl_fill_orthogonal(f); break;
    case WI_SCHEME_DELTA_ORTHOGONAL: status = wi_impl_fill_delta(f); break;
    case WI_SCHEME_SPARSE: wi_impl_fill_sparse(f); break;
    case WI_SCHEME_NGUYEN_WIDROW: wi_impl_fill_nguyen_widrow(f); break;
    default: wi_impl_fill_fixed(f);
    }
    if (status == WI_OK) rng->index += wi_impl_count(&f->s);
    return status;
}

static wi_status wi_impl_fill_gate(wi_real *w, const wi_shape *shape, const wi_recipe *recipe, size_t gates,
                                   size_t gate, wi_rng *rng)
{
    wi_impl_filling f;
    wi_status status = wi_impl_filling_of(w, shape, recipe, gates, gate, &f);
    return status == WI_OK ? wi_impl_fill(&f, rng) : status;
}

/* The usual laws by themselves: a program that draws nothing else links nothing else. By value, and copied
   but for the name, which would be linked as well, and all other texts with it. */
static wi_status wi_impl_fill_plain(wi_real *w, wi_shape s, wi_recipe own, wi_rng *rng)
{
    const wi_recipe r = {NULL, own.scheme, own.fan, own.scale, own.power, own.a, own.b, 0, 0};
    wi_impl_law law;
    if (!wi_impl_recipe_sane(&r)) return WI_ERR_ARG;
    law = wi_impl_plain_law(&r, &s);
    if (!wi_impl_law_fits(&law)) return WI_ERR_ARG;
    wi_impl_draw_shared(w, wi_impl_count(&s), *rng, &law);
    rng->index += wi_impl_count(&s);
    return WI_OK;
}

WI_API WI_IMPL_HERE wi_status wi_fill(wi_real *w, wi_shape shape, wi_recipe recipe, wi_rng *rng)
{
    if (!w || !rng) return WI_ERR_ARG;
    if (wi_shape_count(shape) == 0) return WI_ERR_SHAPE;
    if (recipe.scheme == WI_SCHEME_UNIFORM || recipe.scheme == WI_SCHEME_NORMAL)
        return wi_impl_fill_plain(w, shape, recipe, rng);
    return wi_impl_fill_gate(w, &shape, &recipe, 1, 0, rng);
}

WI_API wi_status wi_fill_mat(wi_mat m, wi_shape shape, wi_recipe recipe, wi_rng *rng)
{
    if (!m.data || !rng) return WI_ERR_ARG;
    if (wi_impl_count(&shape) == 0 || m.rows != shape.out || m.cols != wi_impl_count(&shape) / shape.out)
        return WI_ERR_SHAPE;
    if (wi_impl_mat_coincides(&m)) return WI_ERR_ARG;
    wi_impl_filling f;
    wi_status status = wi_impl_filling_of(m.data, &shape, &recipe, 1, 0, &f);
    if (status != WI_OK) return status;
    f.p.flat = !shape.in_major && !shape.transposed && (m.cols == 1 || m.col_step == 1)
               && (m.rows == 1 || m.row_step == m.cols);
    f.p.out = m.row_step;
    f.p.group = f.p.outs * f.p.out;
    f.p.tap = m.col_step;
    f.p.in = f.p.taps * f.p.tap;
    return wi_impl_fill(&f, rng);
}

WI_API wi_status wi_fill_part(wi_real *w, size_t first, size_t count, wi_shape shape, wi_recipe recipe,
                              const wi_rng *rng)
{
    wi_impl_law law;
    wi_status status;
    if (!w || !rng) return WI_ERR_ARG;
    status = wi_impl_recipe_plan(&recipe, &shape, &law);
    if (status != WI_OK) return status;
    if (wi_impl_add(first, count) > wi_impl_count(&shape)) return WI_ERR_SHAPE;
    wi_rng at = *rng;
    at.index += first;
    if (!wi_impl_law_scheme(recipe.scheme) && law.kind != WI_IMPL_LAW_CONSTANT) return WI_ERR_ARG;
    wi_impl_draw_shared(w, count, at, &law);
    return WI_OK;
}

/* ---- Gates, biases, rules, words ------------------------------------------- */

WI_API wi_status wi_fill_gates(wi_real *w, wi_shape shape, size_t gates, wi_recipe recipe, wi_rng *rng)
{
    size_t count = wi_impl_count(&shape);
    int allocates = recipe.scheme == WI_SCHEME_ORTHOGONAL || recipe.scheme == WI_SCHEME_DELTA_ORTHOGONAL;
    wi_real *kept = NULL; /* what to put back if memory ends between two gates */
    wi_status status = WI_OK;
    if (!w || !rng) return WI_ERR_ARG;
    if (count == 0 || gates == 0 || shape.out % gates != 0 || shape.groups != 1) return WI_ERR_SHAPE;
    wi_rng at = *rng;
    if (allocates && !(kept = (wi_real *)wi_impl_alloc(count, sizeof *w))) return WI_ERR_MEMORY;
    if (kept) memcpy(kept, w, count * sizeof *w);
    for (size_t g = 0; g < gates && status == WI_OK; g++)
        status = wi_impl_fill_gate(w, &shape, &recipe, gates, g, &at);
    if (status == WI_OK) *rng = at;
    else if (kept) memcpy(w, kept, count * sizeof *w);
    if (kept) WINIT_FREE(kept);
    return status;
}

WI_API wi_status wi_fill_gate_bias(wi_real *b, size_t gates, size_t units, size_t gate, double value)
{
    size_t count = wi_impl_mul(gates, units);
    if (!b || !(fabs(value) <= WI_IMPL_REAL_MAX) || gate >= gates) return WI_ERR_ARG;
    if (count == 0 || count == SIZE_MAX) return WI_ERR_SHAPE;
    wi_impl_fill_constant(b, count, 0);
    wi_impl_fill_constant(b + gate * units, units, (wi_real)value);
    return WI_OK;
}

WI_API wi_status wi_fill_prior(wi_real *b, const double *prior, size_t classes)
{
    double mean = 0;
    if (!b || !prior || classes == 0) return WI_ERR_ARG;
    for (size_t k = 0; k < classes; k++)
        if (!(prior[k] > DBL_MIN) || !wi_impl_finite(prior[k])) return WI_ERR_ARG;
    for (size_t k = 0; k < classes; k++) mean += wi_impl_log(prior[k]) / wi_impl_num(classes);
    for (size_t k = 0; k < classes; k++) b[k] = (wi_real)(wi_impl_log(prior[k]) - mean);
    return WI_OK;
}

WI_API double wi_prior_logit(double prior)
{
    return prior > DBL_MIN && prior < 1 ? wi_impl_log(prior) - wi_impl_log(1.0 - prior) : WI_IMPL_NAN;
}

/* Does the text match a pattern of * and ? ? On a mismatch the latest * takes one character more. */
WI_IMPL_RARE static int wi_impl_matches(const char *pattern, const char *text)
{
    const char *star = NULL, *from = NULL;
    while (*text) {
        if (*pattern == '*') { star = ++pattern; from = text; }
        else if (*pattern == '?' || *pattern == *text) { pattern++; text++; }
        else if (star) { pattern = star; text = ++from; }
        else return 0;
    }
    while (*pattern == '*') pattern++;
    return *pattern == '\0';
}

WI_API const wi_recipe *wi_rule_for(const wi_rule *rules, size_t count, const char *name)
{
    if (!rules || !name) return NULL;
    for (size_t i = 0; i < count; i++)
        if (rules[i].pattern && wi_impl_matches(rules[i].pattern, name)) return &rules[i].recipe;
    return NULL;
}

/* "3 channels x 3x3 = 27", or "784 inputs" where there is nothing to multiply. */
WI_IMPL_RARE static void wi_impl_put_fan(wi_impl_text *text, const wi_shape *s, size_t all, const char *dense,
                                         const char *conv)
{
    size_t mine = all / s->groups, taps = s->kernel_h * s->kernel_w;
    wi_impl_print(text, "%zu %s%s", mine, taps == 1 && s->groups == 1 ? dense : conv, mine == 1 ? "" : "s");
    if (s->groups > 1) wi_impl_print(text, " (of %zu in %zu groups)", all, s->groups);
    if (taps > 1) wi_impl_print(text, " x %zux%zu = %zu", s->kernel_h, s->kernel_w, mine * taps);
}

WI_API const char *wi_fans_text(wi_shape shape, char *text, size_t size)
{
    wi_impl_text out = {text, size, 0};
    if (!text || size == 0) return text;
    text[0] = '\0';
    if (wi_impl_count(&shape) == 0) {
        wi_impl_print(&out, "no weights: a size is zero or too large, or groups do not divide");
        return text;
    }
    wi_impl_print(&out, "fan_in = ");
    wi_impl_put_fan(&out, &shape, shape.in, "input", "channel");
    wi_impl_print(&out, ", fan_out = ");
    wi_impl_put_fan(&out, &shape, shape.out, "unit", "filter");
    return text;
}

/* ---- Is this buffer what it claims to be? ------------------------------------
   Random weights are held against their law by up to three independent tests, so that p is uniform for a true
   fill however many parameters of the law were taken from the weights themselves:

     normal      The mean, the deviation and the shape (w - mean) / deviation are independent (Basu 1955).
                 A parameter that was estimated takes its test away. The shape: Lilliefors 1967.
     uniform,    Given the least and the greatest weight, those between are independent draws of the law
     truncated   within the two: the two ends and the shape. The shape: Kolmogorov 1933.

   The least of k independent p values is so small with probability p = 1 - (1 - least)^k.

   Then there is what no law allows, whatever its parameters: too many zeros, values that repeat, units that
   are copies, weights in order, or that depend on each other, a weight too far out. Each of these looks is
   wrong less than once in 10,000 times. What is not random is compared weight by weight: to each way of
   filling belongs a wi_impl_fit_...() that sees what the fill saw, or its first units only. The first thing
   found is put into a sentence. */

#define WI_IMPL_SAMPLE 32768   /* weights, spread over the buffer, that tell the shape */
/* Put into a sentence what is wrong, unless something was found before. */
#define WI_IMPL_SAY(why, ...) (void)((why)->text[0] ? WI_OK : wi_impl_fail(why, WI_OK, __VA_ARGS__))

typedef struct wi_impl_sample {
    const wi_real *w;
    wi_stats s;
    double *sorted;   /* [count] of the weights, ascending */
    size_t count;
    double grain;     /* distance of neighbouring numbers over their size: 2^-23, or 2^-7 for bfloat16 */
    double normal_p;  /* of the distance from a normal shape */
    wi_error flaw;    /* what no law allows; empty where nothing was found */
    wi_error ties;    /* likewise, how the weights go together */
} wi_impl_sample;

/* P(a weight <= w) under a law. */
static double wi_impl_law_cdf(const wi_impl_law *law, double w)
{
    double z = (w - law->mean) / law->std, y = (w - law->base) / law->scale, width = law->hi - law->lo;
    if (w <= law->min) return 0.0;
    if (w >= law->max) return 1.0;
    switch (law->kind) {
    case WI_IMPL_LAW_UNIFORM: return 0.5 * (1.0 + z);
    case WI_IMPL_LAW_NORMAL: return wi_impl_normal_upper(-z);
    case WI_IMPL_LAW_TRUNCATED: return (wi_impl_normal_upper(-z) - law->p_lo) / law->span;
    case WI_IMPL_LAW_NARROW:
        return wi_impl_narrow_mass(width * law->lo, 0.5 * width * width, y)
               / wi_impl_narrow_mass(width * law->lo, 0.5 * width * width, 1);
    default: {
        double near_end = law->flip ? -law->hi : law->lo;
        double p = -expm1(-wi_impl_tail_depth(near_end, y / near_end, &z)) / (1.0 - law->ratio);
        return law->flip ? 1.0 - p : p;
    }
    }
}

static int wi_impl_ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Largest distance between the sample's distribution and a law's; `inner`: of the weights between the least
   and the greatest, given those two. A weight stands for all numbers that are rounded to it. */
WI_IMPL_RARE static double wi_impl_distance(const wi_impl_sample *x, const wi_impl_law *law, int inner)
{
    const double *w = x->sorted + inner;
    size_t n = x->count - 2 * (size_t)inner;
    double bottom = inner ? wi_impl_law_cdf(law, x->sorted[0]) : 0.0, d = 0;
    double span = inner ? wi_impl_law_cdf(law, x->sorted[x->count - 1]) - bottom : 1.0;
    int coarse = x->grain * (x->s.std + fabs(x->s.mean)) > 1e-5 * x->s.std;
    for (size_t k = 0; k < n; k++) {
        int exponent = 0;
        if (coarse) (void)frexp(w[k], &exponent);
        double half = coarse ? ldexp(0.5 * x->grain, exponent - 1) : 0.0;
        double above = wi_impl_law_cdf(law, w[k] + half);
        double below = half > 0 ? wi_impl_law_cdf(law, w[k] - half) : above;
        d = fmax(d, (below - bottom) / span - wi_impl_num(k) / wi_impl_num(n));
        d = fmax(d, wi_impl_num(k + 1) / wi_impl_num(n) - (above - bottom) / span);
    }
    return d;
}

/* Probability of a distance so large among n values of a law that is known: Kolmogorov's distribution with
   M. Stephens' correction for finite n (1970). */
WI_IMPL_RARE static double wi_impl_ks_known(double d, size_t n)
{
    double root = sqrt(wi_impl_num(n)), x = d * (root + 0.12 + 0.11 / root), p = 0;
    if (x < 0.2) return 1.0;
    for (int i = 1; i <= 100; i++) p += (i % 2 ? 2.0 : -2.0) * exp(-2.0 * i * i * x * x);
    return fmin(fmax(p, 0.0), 1.0);
}

/* The same for a normal law whose mean and deviation are those of the values (Lilliefors 1967): p at
   x = 0.35, 0.40 ... 1.40, from five million simulated samples of 6 to 400 values; log p in between and
   beyond. */
WI_IMPL_RARE static double wi_impl_ks_shape(double d, size_t n)
{
    static const double p[22] = {0.9958, 0.9745, 0.9168, 0.818, 0.688, 0.5472, 0.4135, 0.2994, 0.2082, 0.1399,
                                 0.0907, 0.057, 0.0345, 0.0204, 0.01165, 0.00645, 0.0035, 0.00185, 9.5e-4,
                                 4.66e-4, 2.3e-4, 1.12e-4};
    double x = (d * (sqrt(wi_impl_num(n)) + 0.25) - 0.35) / 0.05;
    int k = x < 20 ? (int)x : 20;
    return x <= 0 ? 1.0 : p[k] * pow(p[k + 1] / p[k], x - k);
}

/* The probability of |z| or more under a normal law. */
static double wi_impl_two_sides(double z)
{
    return erfc(fabs(z) / sqrt(2.0));
}

/* A sum of squares over its expected value, nearly normal by its cube root (Wilson and Hilferty 1931). */
static double wi_impl_squares_z(double ratio, double freedom)
{
    double spread = 2 / (9 * freedom);
    return freedom > 0 ? (cbrt(ratio) - (1 - spread)) / sqrt(spread) : 0.0;
}

/* Are k events improbably many where so few are expected (Chernoff's bound)? */
WI_IMPL_RARE static int wi_impl_too_many(double k, double expected)
{
    return k > expected && expected - k + k * log(k / expected) > 9.3;
}

/* Hold a sample against a law of which `estimated` parameters were taken from it: first the deviation of a
   normal law, then its mean; first the greatest |w| of the others, then the other end. */
WI_IMPL_RARE static void wi_impl_fit_law(const wi_impl_sample *x, const wi_impl_law *law, wi_impl_bulk bulk,
                                         int estimated, wi_fit *fit)
{
    double n = wi_impl_num(x->s.count), p[3], least = 1, rounding = x->grain * fabs(bulk.mean);
    double lo = wi_impl_law_cdf(law, x->s.min - fmax(rounding, 0.5 * x->grain * fabs(x->s.min)));
    double hi = wi_impl_law_cdf(law, x->s.max + fmax(rounding, 0.5 * x->grain * fabs(x->s.max)));
    int tests = 0, normal = law->kind == WI_IMPL_LAW_NORMAL;
    bulk.std = sqrt(bulk.std * bulk.std + rounding * rounding / 3);

    /* For a normal law the variance is about the weights' own mean. */
    double off = x->s.mean - bulk.mean, freedom = normal ? n - 1 : 2 * n / (bulk.kurtosis - 1);
    off = off > 0 ? fmax(off - rounding, 0) : fmin(off + rounding, 0);
    double square = x->s.std * x->s.std * (normal ? n / freedom : 1) + (normal ? 0 : off * off);
    fit->mean_z = off / (bulk.std / sqrt(n));
    fit->std_z = wi_impl_squares_z(square / (bulk.std * bulk.std), freedom);

    if (x->count > 4) {
        fit->ks_p = normal ? x->normal_p : wi_impl_ks_known(wi_impl_distance(x, law, 1), x->count - 2);
        p[tests++] = fit->ks_p;
    }
    if (normal) {   /* with an estimated deviation: Student's t, made normal (Wallace 1959) */
        double t = off / (x->s.std / sqrt(n - 1)), z = fit->mean_z;
        if (estimated == 1) z = (8 * n - 7) / (8 * n - 5) * sqrt((n - 1) * log1p(t * t / (n - 1)));
        if (estimated < 2) p[tests++] = wi_impl_two_sides(z);
        if (estimated < 1 && n > 1) p[tests++] = wi_impl_two_sides(fit->std_z);
    } else if (estimated == 0) {
        p[tests++] = exp(n * log1p(-lo));
        if (n > 1) p[tests++] = exp((n - 1) * log((hi - lo) / (1 - lo)));
    } else if (estimated == 1) {
        p[tests++] = exp((n - 1) * log((hi - lo) / (1 - 2 * fmin(lo, 1 - hi))));
    }
    for (int i = 0; i < tests; i++) least = fmin(least, p[i] > 0 ? p[i] : 0.0);
    fit->p = least < 1 ? -expm1(tests * log1p(-least)) : 1.0;
}

/* The bits of a weight, a key that equal weights share; and keys made of keys. */
static uint64_t wi_impl_bits_of(double w)
{
    uint64_t bits = 0;
    memcpy(&bits, &w, sizeof w);
    return bits;
}

static uint64_t wi_impl_hash(uint64_t key)
{
    key *= 0x9E3779B97F4A7C15u;
    return key ^ (key >> 29);
}

typedef struct wi_impl_key {
    uint64_t hash;
    size_t at;
} wi_impl_key;

static int wi_impl_key_order(const void *a, const void *b)
{
    const wi_impl_key *x = (const wi_impl_key *)a, *y = (const wi_impl_key *)b;
    if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

/* Units with the same weights, and inputs with the same weights to all units, by a hash of each row and
   column of the weight matrix. Two weights agree by chance with probability `same`. */
WI_IMPL_RARE static wi_status wi_impl_look_for_copies(wi_impl_sample *x, const wi_shape *shape, double same)
{
    wi_mat m = wi_impl_weight_matrix(NULL, shape);   /* for its sides and steps */
    size_t block = shape->transposed ? shape->kernel_h * shape->kernel_w : 1;
    size_t side = m.rows, all = wi_impl_add(m.rows, m.cols / block);
    wi_impl_key *key = (wi_impl_key *)wi_impl_alloc(all, sizeof *key), *of = key;
    if (!key) return WI_ERR_MEMORY;

    for (size_t i = 0; i < all; i++) {
        key[i].hash = 0;
        key[i].at = i < side ? i : i - side;
    }
    for (size_t i = 0; i < m.rows; i++)
        for (size_t j = 0; j < m.cols; j++) {
            uint64_t bits = wi_impl_bits_of((double)x->w[i * m.row_step + j * m.col_step]);
            wi_impl_key *column = key + m.rows + j / block;
            key[i].hash = wi_impl_hash(key[i].hash + bits);
            column->hash = wi_impl_hash(column->hash + bits);
        }
    for (int columns = 0; columns < 2; columns++, of += side, side = all - side) {
        double n = wi_impl_num(side);
        if (2 * log(n) + wi_impl_num(x->s.count) / n * log(same) >= -10) continue;
        qsort(of, side, sizeof *of, wi_impl_key_order);
        for (size_t i = 1; i < side; i++)
            if (of[i].hash == of[i - 1].hash)
                WI_IMPL_SAY(&x->flaw, columns == shape->transposed
                                      ? "units %zu and %zu (from 0) are copies of each other"
                                      : "inputs %zu and %zu (from 0) have the same weights",
                            of[i - 1].at, of[i].at);
    }
    WINIT_FREE(key);
    return WI_OK;
}

/* Do the weights go together? With p rows of n >= p independent numbers of mean 0, G = W W^T is a multiple of
   the identity but for chance: p / 2 (n (p tr(G^2) / tr(G)^2 - 1) - (kurtosis - 3)) is nearly chi-square with
   p (p + 1) / 2 - 1 degrees of freedom (John 1972; Wang and Yao 2013 for any kurtosis). Training makes it
   large, orthogonal rows small. And all of G adds up to the squares of the n columns' sums: training with a
   softmax leaves them as small as at the start, since its gradients add up to 0 over the units. */
WI_IMPL_RARE static wi_status wi_impl_look_for_ties(wi_impl_sample *x, const wi_shape *shape)
{
    wi_mat m = wi_impl_weight_matrix(wi_mat_view_const(x->w, 1, 1).data, shape);
    if (m.rows > m.cols) m = wi_mat_transpose(m);
    const size_t rows = wi_impl_min(m.rows, 512), cols = wi_impl_min(m.cols, 4096), many = rows * cols;
    double p = wi_impl_num(rows), n = wi_impl_num(cols), std = fmax(x->s.std, 1e-300);
    double trace = 0, squares = 0, sum = 0;
    wi_real *room = (wi_real *)wi_impl_alloc(many + rows * rows, sizeof *room);
    if (!room) return WI_ERR_MEMORY;
    wi_real *of_g = room + many;
    for (size_t k = 0; k < many; k++)
        room[k] = (wi_real)(((double)*wi_mat_at(m, k / cols, k % cols) - x->s.mean) / std);
    const wi_mat w = wi_mat_view(room, rows, cols), g = wi_mat_view(of_g, rows, rows);
    const wi_mat w_t = wi_mat_transpose(w);
    wi_impl_gemm(&g, NULL, &w, &w_t);
    for (size_t k = 0; k < rows * rows; k++) {
        sum += (double)of_g[k];
        squares += (double)of_g[k] * (double)of_g[k];
        if (k % (rows + 1) == 0) trace += (double)of_g[k];
    }
    WINIT_FREE(room);

    double freedom = 0.5 * p * (p + 1) - 1, sum_z = wi_impl_squares_z(sum / trace, n);
    double john = 0.5 * p * (n * (p * squares / (trace * trace) - 1) - (x->s.kurtosis - 3));
    double z = freedom > 0 ? wi_impl_squares_z(john / freedom, freedom) : 0.0;
    if (rows >= 8 && z < -4.5)   /* of fewer that side's law is another */
        WI_IMPL_SAY(&x->ties, "the weights are nearer to orthogonal than independent ones are, by %.2g "
                              "standard errors", -z);
    else if (fmax(z, fabs(sum_z)) > 4.5)
        WI_IMPL_SAY(&x->ties, "the weights are not independent of each other, by %.2g standard errors: were "
                              "they trained?", fmax(z, fabs(sum_z)));
    return WI_OK;
}

/* Of which step sorted values are multiples, to float accuracy; 0 if of none that leaves fewer than 2^12 of
   them: Euclid's algorithm on the gaps between neighbours. */
WI_IMPL_RARE static double wi_impl_grid(const double *sorted, size_t n)
{
    double step = 0, least = (sorted[n - 1] - sorted[0]) / 4096;
    for (size_t i = 1; i < n; i++) {
        double rest = sorted[i] - sorted[i - 1];
        while (rest > 0.1 * least) {
            double divided = fabs(step - rest * floor(step / rest + 0.5));
            step = rest;
            rest = divided;
        }
        if (i > 1 && step > 0 && step < 0.9 * least) return 0;
    }
    return step;
}

/* Where the first weight of this value is. */
WI_IMPL_RARE static size_t wi_impl_place(const wi_real *w, double value)
{
    size_t at = 0;
    while ((double)w[at] != value) at++;
    return at;
}

/* Zeros, repeated values and order; returns the chance that two weights agree. Repeats are counted among the
   values whose hash begins with zeros, so that equal ones are looked at together or not at all. */
static double wi_impl_look(wi_impl_sample *x)
{
    size_t n = x->s.count, kept = 0, repeats = 0, part = 1, room = 2 * x->count;
    double count = wi_impl_num(n), zeros = x->s.zeros * count, rises = 0, std = fmax(x->s.std, 1e-300);
    int digits = DBL_MANT_DIG - 1;
    uint64_t any = 0;

    while (n / part > WI_IMPL_SAMPLE) part *= 2;
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = wi_impl_bits_of((double)x->w[i]);
        any |= bits;
        if (wi_impl_hash(bits) <= UINT64_MAX / part && kept < room) x->sorted[kept++] = (double)x->w[i];
        if (i > 0) rises += (x->w[i] > x->w[i - 1]) - (x->w[i] < x->w[i - 1]);
    }
    qsort(x->sorted, kept, sizeof *x->sorted, wi_impl_ascending);
    for (size_t i = 1; i < kept; i++) repeats += !(x->sorted[i] > x->sorted[i - 1]) && x->sorted[i] != 0;

    /* Generators of 23 bits are common; numbers that were rounded to fewer repeat more often. */
    for (; digits > 1 && !(any & 1); any >>= 1) digits--;
    x->grain = ldexp(1.0, -digits);
    double same = fmax(x->grain, ldexp(1.0, -23)) * (1 + 0.6 * fabs(x->s.mean) / std);
    double null = ldexp(1.0, -23) + (digits < 12 ? ldexp(1.0, -25) / std : 0.0);

    int repeated = wi_impl_too_many(wi_impl_num(repeats), 0.5 * count * count * same / wi_impl_num(part));
    double grid = repeated ? wi_impl_grid(x->sorted, kept) : 0;
    if (grid > 0)
        WI_IMPL_SAY(&x->flaw, "%zu of %zu weights repeat others, all in steps of %.3g: were they "
                              "quantised?", repeats, kept, grid);
    if (wi_impl_too_many(zeros, count * null))
        WI_IMPL_SAY(&x->flaw, "%g of %zu weights are exactly 0, the first is w[%zu]: were some left out?",
                    zeros, n, wi_impl_place(x->w, 0));
    if (repeated)
        WI_IMPL_SAY(&x->flaw, "%zu of %zu weights repeat others to the last digit", repeats, kept);
    if (fabs(rises) > 4.2 * sqrt((count + 1) / 3))
        WI_IMPL_SAY(&x->flaw, "the weights are in order: too many are %s than the one before",
                    rises > 0 ? "greater" : "less");
    return same;
}

/* Look at all weights, and sort a sample of them, spread unevenly so that no side of a matrix divides its
   steps. */
WI_IMPL_RARE static wi_status wi_impl_sample_of(const wi_real *w, const wi_shape *shape, wi_impl_sample *x)
{
    size_t n = wi_impl_count(shape);
    memset(x, 0, sizeof *x);
    x->w = w;
    x->s = wi_stats_of(w, n);
    x->count = wi_impl_min(n, WI_IMPL_SAMPLE);
    if (x->s.nonfinite) return WI_OK;
    x->sorted = (double *)wi_impl_alloc(2 * x->count, sizeof(double));
    if (!x->sorted) return WI_ERR_MEMORY;

    double same = wi_impl_look(x), step = wi_impl_num(n) / wi_impl_num(x->count);
    for (size_t k = 0; k < x->count; k++) {
        double golden = 0.6180339887498949 * wi_impl_num(k), at = floor(wi_impl_num(k) * step + 1e-6);
        x->sorted[k] = (double)w[(size_t)(at + floor((golden - floor(golden)) * floor(step)))];
    }
    qsort(x->sorted, x->count, sizeof *x->sorted, wi_impl_ascending);

    /* The shape that is left when the sample's own mean and deviation are taken out. */
    double mean = x->s.mean, squares = 0, m = wi_impl_num(x->count);
    for (size_t k = 0; k < x->count; k++) mean += (x->sorted[k] - x->s.mean) / m;
    for (size_t k = 0; k < x->count; k++) squares += (x->sorted[k] - mean) * (x->sorted[k] - mean) / m;
    wi_impl_law own = wi_impl_law_normal(mean, sqrt(squares));
    x->normal_p = wi_impl_ks_shape(wi_impl_distance(x, &own, 0), x->count);
    wi_status status = x->flaw.text[0] ? WI_OK : wi_impl_look_for_copies(x, shape, same);
    return status != WI_OK || x->flaw.text[0] ? status : wi_impl_look_for_ties(x, shape);
}

/* A weight beyond the bounds (by more than rounding); in a normal law one so far out that n draws get there,
   or all so near the middle that they stay there, once in 30,000 fills. */
WI_IMPL_RARE static void wi_impl_look_at_ends(const wi_impl_sample *x, const wi_impl_law *law, wi_error *why)
{
    double n = wi_impl_num(x->s.count), least = x->s.min, most = x->s.max;
    int under = least < law->min - 1e-6 * law->std - 0.5 * x->grain * fabs(least);
    int over = most > law->max + 1e-6 * law->std + 0.5 * x->grain * fabs(most);
    double off = under || (!over && most - law->mean < law->mean - least) ? least : most;
    double z = fabs(off - law->mean) / law->std, beyond = 2 * n * wi_impl_normal_upper(z);
    if (under || over)
        WI_IMPL_SAY(why, "w[%zu] is %g, outside the bounds %g and %g", wi_impl_place(x->w, off), off,
                    law->min, law->max);
    else if (law->kind == WI_IMPL_LAW_NORMAL && beyond < 6e-5)
        WI_IMPL_SAY(why, "w[%zu] is %g, %.3g standard deviations out: none of %g weights should be",
                    wi_impl_place(x->w, off), off, z, n);
    else if (law->kind == WI_IMPL_LAW_NORMAL && beyond > 10.5)
        WI_IMPL_SAY(why, "no weight lies more than %.3g standard deviations out, where %.3g should: "
                         "was the law cut off?", z, beyond);
}

/* A wrong deviation, and the mistake that it comes of: among those that people make, the nearest. */
WI_IMPL_RARE static void wi_impl_say_deviation(const wi_impl_sample *x, const wi_recipe *r,
                                               const wi_shape *shape, double want, wi_error *why)
{
    static const struct { double ratio; const char *words; } mistakes[] = {
        {0, "fan_in"}, {0, "fan_out"}, {0, "the mean of the fans"},   /* ratios of 0 depend on the shape */
        {0, "that is without the kernel's taps in the fan"},
        {0, "that is the variance in the place of the deviation"},
        {0, "that is the deviation in the place of the variance"},
        {2, "that is twice as much"}, {0.5, "that is half of it"},
        {1.4142135623730951, "that is sqrt(2) times as much, a gain for ReLU"},
        {0.7071067811865476, "that is 1/sqrt(2) of it, without the gain for ReLU"},
        {0.5773502691896258, "that is a uniform law with the deviation as its bound"},
        {1.7320508075688772, "that is the bound of a uniform law in the place of its deviation"},
        {0.8796256610342398, "that is a law cut at two deviations and not widened again"},
        {1.1368472338413800, "that is widened as for a law cut at two deviations"},
        {1.6666666666666667, "that is 5/3 times as much, a gain for tanh"}};
    double least = fmax(3 * sqrt((x->s.kurtosis - 1) / (4 * wi_impl_num(x->s.count))), 0.01);
    double own[6] = {0, 0, 0, 0, want, 1 / sqrt(want)}, fan[3];
    size_t best = WI_COUNT(mistakes), mine = r->fan != WI_FAN_NONE ? (size_t)r->fan - WI_FAN_IN : 0;

    wi_impl_fans(shape, &fan[0], &fan[1]);
    fan[2] = 0.5 * (fan[0] + fan[1]);
    for (size_t k = 0; k < 3 && r->fan != WI_FAN_NONE; k++) own[k] = sqrt(fan[mine] / fan[k]);
    if (r->fan != WI_FAN_NONE) own[3] = sqrt(wi_impl_num(shape->kernel_h * shape->kernel_w));
    for (size_t k = 0; k < WI_COUNT(mistakes) && least < 0.1; k++) {
        double ratio = k < 6 ? own[k] : mistakes[k].ratio, off = fabs(log(x->s.std / want / ratio));
        if (!(off <= least) || fabs(log(ratio)) < 0.03) continue;
        best = k;
        least = off - 1e-3;   /* of two that are as near, the first */
    }
    if (best < 3)
        WI_IMPL_SAY(why, "the deviation is %.3g, should be %.3g: that is with %s = %g in the place of %s = "
                    "%g", x->s.std, want, mistakes[best].words, fan[best], mistakes[mine].words, fan[mine]);
    else
        WI_IMPL_SAY(why, "the deviation is %.3g, should be %.3g%s%s", x->s.std, want,
                    best < WI_COUNT(mistakes) ? ": " : "",
                    best < WI_COUNT(mistakes) ? mistakes[best].words : "");
}

/* Judge random weights by the law of a filling, of which so many parameters were taken from them. */
WI_IMPL_RARE static void wi_impl_judge_random(const wi_impl_sample *x, const wi_impl_filling *f,
                                              int estimated, wi_fit *fit, wi_error *why)
{
    const wi_impl_law *law = &f->law;
    wi_impl_bulk bulk = wi_impl_law_bulk(law);
    wi_error ends;
    ends.text[0] = '\0';
    wi_impl_fit_law(x, law, bulk, estimated, fit);
    wi_impl_look_at_ends(x, law, &ends);
    fit->passed = !x->flaw.text[0] && !ends.text[0] && !x->ties.text[0] && fit->p > 5e-4
               && (estimated > 0 || x->s.count < 64 || (fabs(fit->mean_z) < 4.2 && fabs(fit->std_z) < 4.2));
    if (fit->passed) return;

    int outliers = x->s.kurtosis > bulk.kurtosis + 3;
    if (x->flaw.text[0]) WI_IMPL_SAY(why, "%s", x->flaw.text);
    if (fabs(fit->std_z) > 3.3 && fabs(fit->std_z) > 0.7 * fabs(fit->mean_z) && !outliers)
        wi_impl_say_deviation(x, &f->r, &f->s, bulk.std, why);
    if (fabs(fit->mean_z) > 3.3 && !outliers)
        WI_IMPL_SAY(why, "the mean is %.3g, should be %.3g within %.2g", x->s.mean, bulk.mean,
                    3 * bulk.std / sqrt(wi_impl_num(x->s.count)));
    if (ends.text[0] || x->ties.text[0]) WI_IMPL_SAY(why, "%s", ends.text[0] ? ends.text : x->ties.text);
    if (fit->ks_p > 1e-3)
        WI_IMPL_SAY(why, "the weights end at %g and %g, should reach nearer to %g and %g", x->s.min, x->s.max,
                    law->min, law->max);
    WI_IMPL_SAY(why, "mean and deviation are right, but not the distribution's shape: p = %.1g, "
                     "kurtosis %.3g, should be %.3g", fit->ks_p, x->s.kurtosis, bulk.kurtosis);
}

/* The same of weights w that claim to be a filling's. */
WI_IMPL_RARE static wi_status wi_impl_fit_random(const wi_real *w, const wi_shape *shape,
                                                 const wi_impl_filling *f, wi_fit *fit, wi_error *why)
{
    wi_impl_sample x;
    wi_status status = wi_impl_sample_of(w, shape, &x);
    if (status == WI_OK) wi_impl_judge_random(&x, f, 0, fit, why);
    if (x.sorted) WINIT_FREE(x.sorted);
    return status;
}

/* Do unit vectors look drawn? By the sum of all their numbers, in standard errors, and by that of the fourth
   powers over what chance gives, and how odd that is: 6 errors come less than once in 10,000 times. */
static void wi_impl_fit_directions(double sum_z, double ratio, double ratio_z, wi_error *why)
{
    if (fabs(sum_z) > 6)
        WI_IMPL_SAY(why, "the directions are not even: all weights sum to %.2g standard errors", sum_z);
    else if (fabs(ratio_z) > 6)
        WI_IMPL_SAY(why, "the directions are not even: the weights' fourth powers are %.2g times as large as "
                         "by chance", ratio);
}

/* Orthonormal rows, or columns of a tall matrix: the largest deviation of m m^T (m^T m) from gain^2 times
   identity, relative to gain^2, a block of rows by those up to it. And is m uniform among the orthogonal
   matrices? Its trace has mean 0 and variance rows / cols, which QR without the correction of signs, and many
   a special matrix, does not; Hadamard's, a cosine transform and a permutation have other directions. */
WI_IMPL_RARE static wi_status wi_impl_fit_orthogonal(const wi_impl_filling *f, size_t units, wi_fit *fit,
                                                     wi_error *why)
{
    wi_mat whole = wi_impl_orthogonal_part(f), m = whole.rows > whole.cols ? wi_mat_transpose(whole) : whole;
    const size_t block = wi_impl_min(m.rows, 64), side = wi_impl_min(m.rows, units);
    double gain = f->r.a, square = gain * gain, scale = gain != 0 ? square : 1, trace = 0, worst = 0;
    double sum = 0, fourth = 0;
    wi_real *room = (wi_real *)wi_impl_alloc(wi_impl_mul(block, m.rows), sizeof(wi_real));
    if (!room) return WI_ERR_MEMORY;
    for (size_t i = 0; i < side; i += block) {
        size_t rows = wi_impl_min(block, side - i), cols = i + rows;
        const wi_mat out = wi_mat_view(room, rows, cols), some = wi_mat_rows(m, i, rows);
        const wi_mat upto_t = wi_mat_transpose(wi_mat_rows(m, 0, cols));
        wi_impl_gemm(&out, NULL, &some, &upto_t);
        for (size_t k = 0; k < rows * cols; k++) {
            double error = fabs((double)room[k] - (k % cols == i + k / cols ? square : 0.0)) / scale;
            if (!(error <= worst)) worst = error;
        }
    }
    WINIT_FREE(room);
    for (size_t i = 0; i < m.rows; i++) trace += (double)m.data[i * (m.row_step + m.col_step)];
    for (size_t i = 0; side == m.rows && i < m.rows * m.cols; i++) {
        double x = (double)*wi_mat_at(m, i / m.cols, i % m.cols);
        sum += x;
        fourth += x * x * x * x;
    }
    fit->structure_error = fmax(fit->structure_error, worst);
    fit->mean_z = gain != 0 ? trace / (fabs(gain) * sqrt(wi_impl_num(m.rows) / wi_impl_num(m.cols))) : 0.0;
    fit->p = m.cols > 8 ? wi_impl_two_sides(fit->mean_z) : 1.0;
    if (!(worst <= 1e-5))
        WI_IMPL_SAY(why, "the %s are not orthonormal: off by %.3g, gain^2 = %.4g",
                    whole.rows > whole.cols ? "columns" : "rows", worst * square, square);
    else if (fit->p < 1e-4)
        WI_IMPL_SAY(why, "orthogonal, but not uniformly drawn: the trace is %.3g, %.2g standard errors "
                         "from 0: were the signs left as QR gives them?", trace, fit->mean_z);
    else if (side == m.rows && gain != 0 && m.cols > 1) {
        double n = wi_impl_num(m.cols), mean = 3 / (n + 2);   /* of a direction's fourth powers */
        double spread = (9 * n + 96) / ((n + 2) * (n + 4) * (n + 6)) - mean * mean;
        double rows = wi_impl_num(m.rows), ratio = fourth / (square * square * mean * rows);
        wi_impl_fit_directions(sum / (fabs(gain) * sqrt(rows)), ratio,
                               wi_impl_squares_z(ratio, 2 * mean * mean * rows / spread), why);
    }
    return WI_OK;
}

/* The count of each unit's non-zeros; whether the positions are even, by the counts of each input over all
   units; and the values' law. */
WI_IMPL_RARE static wi_status wi_impl_fit_sparse(const wi_impl_filling *f, size_t units, wi_fit *fit,
                                                 wi_error *why)
{
    size_t n = f->p.ins * f->p.taps, kept = 0;
    double share = f->r.a / wi_impl_num(n), expected = share * wi_impl_num(units);
    double spread = f->r.b > 0 ? expected * (1 - share) : 0, chi = 0, p = 1;
    wi_status status = WI_OK;
    wi_real *copy = (wi_real *)wi_impl_alloc(wi_impl_mul(units, n), sizeof(wi_real));
    if (!copy) return WI_ERR_MEMORY;

    for (size_t o = 0; o < units; o++) {
        size_t before = kept;
        for (size_t j = 0; j < n; j++) {
            wi_real value = (wi_real)wi_impl_weight(&f->p, o, j);
            if (value != 0) copy[kept++] = value;
        }
        double want = f->r.b > 0 ? f->r.a : 0.0, off = fabs(wi_impl_num(kept - before) - want);
        if (off == 0) continue;
        fit->structure_error = fmax(fit->structure_error, off);
        WI_IMPL_SAY(why, "unit %zu (from 0) has %zu weights that are not 0, should be %g", o, kept - before,
                    want);
    }
    for (size_t j = 0; j < n && spread > 0; j++) {
        double mine = 0;
        for (size_t o = 0; o < units; o++) mine += wi_impl_weight(&f->p, o, j) != 0;
        chi += (mine - expected) * (mine - expected) / spread;
    }
    wi_shape all = wi_dense(kept, 1);
    if (kept > 0 && f->r.b > 0) status = wi_impl_fit_random(copy, &all, f, fit, why);

    /* chi has a chi-square law with n - 1 degrees of freedom, scaled by n / (n - 1). */
    if (expected >= 5 && spread > 0 && n >= 8)
        p = wi_impl_two_sides(wi_impl_squares_z(chi / wi_impl_num(n), wi_impl_num(n) - 1));
    if (p < 1e-4) WI_IMPL_SAY(why, "the places of the weights that are not 0 are not even, p = %.1g", p);
    fit->p = fmin(1, 2 * fmin(fit->p, p));
    WINIT_FREE(copy);
    return status;
}

/* Are the directions drawn, `mine` being the mean of sum w^4 / (sum w^2)^2 over the units? That has no simple
   law, since they come from a cube: it stands beside that of 64 directions drawn here. */
WI_IMPL_RARE static void wi_impl_fit_cube(double sum_z, double mine, size_t units, size_t n, wi_error *why)
{
    double mean = 0, spread = 0, drawn = 64;
    wi_rng rng = wi_rng_make(0);
    for (int o = 0; o < 64; o++) {
        double squares = 0, fourth = 0;
        for (size_t j = 0; j < n; j++) {
            double u = 2 * wi_rng_uniform(&rng) - 1;
            squares += u * u;
            fourth += u * u * u * u;
        }
        fourth /= squares * squares;
        mean += fourth / drawn;
        spread += fourth * fourth / drawn;
    }
    spread = (spread - mean * mean) * (1 / wi_impl_num(units) + 1 / drawn);
    wi_impl_fit_directions(sum_z, mine / mean, wi_impl_squares_z(mine / mean, 2 * mean * mean / spread), why);
}

/* The length of each unit's weights, and their directions. */
WI_IMPL_RARE static void wi_impl_fit_nguyen_widrow(const wi_impl_filling *f, size_t units, wi_fit *fit,
                                                   wi_error *why)
{
    double length = fabs(f->r.a) * wi_nguyen_widrow_beta(f->s), sum = 0, mine = 0;
    size_t n = f->p.ins * f->p.taps;
    for (size_t o = 0; o < units; o++) {
        double squares = 0, fourth = 0;
        for (size_t j = 0; j < n; j++) {
            double w = wi_impl_weight(&f->p, o, j);
            sum += w;
            squares += w * w;
            fourth += w * w * w * w;
        }
        mine += fourth / (squares * squares * wi_impl_num(units));
        double error = fabs(sqrt(squares) - length) / (length > 0 ? length : 1);
        fit->structure_error = fmax(fit->structure_error, error);
        if (error > 1e-5)
            WI_IMPL_SAY(why, "unit %zu's (from 0) weights have length %g, should be %g", o, sqrt(squares),
                        length);
    }
    if (why->text[0] || length == 0 || n == 1) return;
    wi_impl_fit_cube(sum / (length * sqrt(wi_impl_num(units))), mine, units, n, why);
}

/* Weights that are not random: all, or those around the middle of a delta-orthogonal kernel. */
static void wi_impl_fit_fixed(const wi_impl_filling *f, size_t units, wi_fit *fit, wi_error *why)
{
    int delta = f->r.scheme == WI_SCHEME_DELTA_ORTHOGONAL;
    for (size_t o = 0; o < units; o++)
        for (size_t j = 0; j < f->p.ins * f->p.taps; j++) {
            double got = wi_impl_weight(&f->p, o, j);
            double want = delta ? 0.0 : wi_impl_fixed_weight(&f->r, &f->s, o % f->p.outs, j);
            double error = f->r.a != 0 ? fabs((got - want) / f->r.a) : got != 0 ? 1.0 : 0.0;
            if (error <= fit->structure_error || (delta && j % f->p.taps == wi_impl_middle(&f->s))) continue;
            fit->structure_error = error;
            if (error > 1e-5)
                (void)wi_impl_fail(why, WI_OK, "w[%zu] is %g, should be %g",
                                   (size_t)(wi_impl_unit(&f->p, o) - f->p.w) + wi_impl_input(&f->p, j), got,
                                   want);
        }
}

/* Hold the first units' weights against what their recipe promises; what is wrong goes into `why`. */
WI_IMPL_RARE static wi_status wi_impl_fit(wi_impl_filling *f, size_t units, wi_fit *fit, wi_error *why)
{
    wi_status status = WI_OK;
    memset(fit, 0, sizeof *fit);
    memset(why, 0, sizeof *why);
    fit->ks_p = fit->p = 1;
    size_t outs = wi_impl_min(units, f->s.out);
    /* A law not a dozen steps wide, from number to number, has no shape to judge: its mean alone is. */
    double apart = WI_IMPL_DOUBLE ? DBL_EPSILON : (double)FLT_EPSILON;
    if (wi_impl_law_scheme(f->r.scheme) && !(f->law.std > 12 * apart * fabs(f->law.mean)))
        f->r = wi_constant(f->law.mean);
    switch (f->r.scheme) {
    WI_IMPL_LAW_SCHEMES:
        status = wi_impl_fit_random(f->p.w, &f->s, f, fit, why);
        break;
    case WI_SCHEME_DELTA_ORTHOGONAL:
        wi_impl_fit_fixed(f, outs, fit, why);
        status = wi_impl_fit_orthogonal(f, units, fit, why);
        break;
    case WI_SCHEME_ORTHOGONAL: status = wi_impl_fit_orthogonal(f, units, fit, why); break;
    case WI_SCHEME_SPARSE: status = wi_impl_fit_sparse(f, outs, fit, why); break;
    case WI_SCHEME_NGUYEN_WIDROW: wi_impl_fit_nguyen_widrow(f, outs, fit, why); break;
    case WI_SCHEME_POISON: break;
    default: wi_impl_fit_fixed(f, outs, fit, why); break;
    }
    if (why->text[0]) fit->p = 0;
    fit->passed = !why->text[0];
    return status;
}

WI_API wi_status wi_check_fill(const wi_real *w, wi_shape shape, wi_recipe recipe, wi_fit *fit,
                               wi_error *error)
{
    char name[WI_RECIPE_TEXT];
    wi_impl_filling f;
    wi_error why;
    wi_fit found = {0, 0, 1, WI_IMPL_INFINITY, 0, 0};
    size_t at = 0, count = wi_impl_count(&shape);

    if (!w || !fit)
        return wi_impl_fail(error, WI_ERR_ARG, "wi_check_fill: the weights or the result are NULL");
    wi_status status = wi_impl_filling_of(w, &shape, &recipe, 1, 0, &f);
    if (status != WI_OK) {
        (void)wi_impl_fail(error, status, "wi_check_fill: such weights cannot be drawn");
        return wi_impl_refused(error, status, &recipe, &shape);
    }
    while (at < count && wi_impl_finite((double)w[at]) != (recipe.scheme == WI_SCHEME_POISON)) at++;
    if (at < count) (void)wi_impl_fail(&why, WI_OK, "w[%zu] is %g", at, (double)w[at]);
    else status = wi_impl_fit(&f, SIZE_MAX, &found, &why);
    if (status != WI_OK) return wi_impl_fail(error, status, "wi_check_fill: out of memory");
    *fit = found;
    if (found.passed) return wi_impl_ok(error);
    return wi_impl_fail(error, WI_OK, "not %s: %s", wi_recipe_text(recipe, name, sizeof name), why.text);
}

/* ---- Which recipe made these weights? ----------------------------------------
   Suspects are the recipes that the frameworks name, structures with the gain that the weights show, and laws
   whose parameters are taken from the weights; some also for each of three or four stacked gates. A law is
   judged as above; of those that fit the likeliest comes first, less (log n) / 2 for each parameter that was
   taken from the weights (Schwarz 1978). A structure that holds exactly is beyond chance. */
#define WI_IMPL_GUESSES 64

typedef struct wi_impl_inquiry {
    const wi_real *w;
    const wi_shape *shape;
    wi_impl_sample x;
    wi_status status;
    int exact;                         /* a structure was found */
    size_t count;
    wi_guess guess[WI_IMPL_GUESSES];   /* [count], best first */
    double score[WI_IMPL_GUESSES];
} wi_impl_inquiry;

WI_IMPL_RARE static void wi_impl_judge_law(wi_impl_inquiry *q, wi_guess *guess, int estimated)
{
    const wi_stats *s = &q->x.s;
    wi_impl_filling f;
    wi_error why;
    wi_fit fit;
    if (wi_impl_filling_of(q->w, q->shape, &guess->recipe, guess->gates, 0, &f) != WI_OK) return;
    double std = wi_impl_law_bulk(&f.law).std;
    if (!(std > 0) || s->min < f.law.min - 0.01 * std || s->max > f.law.max + 0.01 * std) return;
    double off = s->mean - f.law.mean, square = (s->std * s->std + off * off) / (f.law.std * f.law.std);
    guess->log_likelihood = -0.5 * square - log(f.law.std * f.law.span) - 0.91893853320467274;
    if (f.law.kind == WI_IMPL_LAW_UNIFORM) guess->log_likelihood = -log(2 * f.law.std);
    /* What is far off is not worth the distribution. */
    if (fabs(log(s->std / std)) * sqrt(wi_impl_num(q->x.count)) > 20) return;
    memset(&why, 0, sizeof why);
    memset(&fit, 0, sizeof fit);
    wi_impl_judge_random(&q->x, &f, estimated, &fit, &why);
    guess->fits = fit.passed;
    guess->p = fit.p;
}

/* Each gate by itself; a glance at two units comes first: the whole of an orthogonal matrix costs as much as
   a product. */
WI_IMPL_RARE static void wi_impl_judge_structure(wi_impl_inquiry *q, wi_guess *guess)
{
    double p = 1;
    int uniform = 1;
    for (size_t gate = 0; gate < guess->gates; gate++) {
        wi_impl_filling f;
        wi_error why;
        wi_fit fit;
        if (wi_impl_filling_of(q->w, q->shape, &guess->recipe, guess->gates, gate, &f) != WI_OK) return;
        q->status = wi_impl_fit(&f, 2, &fit, &why);
        if (q->status == WI_OK && fit.structure_error <= 1e-5)
            q->status = wi_impl_fit(&f, SIZE_MAX, &fit, &why);
        if (q->status != WI_OK || fit.structure_error > 1e-5) return;
        if (why.text[0] && f.r.scheme != WI_SCHEME_ORTHOGONAL) return;
        uniform = uniform && !why.text[0];
        p = fmin(p, fit.p);
    }
    if (!uniform) guess->recipe.name = "orthogonal_not_uniform";
    guess->fits = q->exact = 1;
    guess->p = p;
    guess->log_likelihood = WI_IMPL_INFINITY;
}

/* Judge a recipe and give it its place: those that fit before those that do not, then by likelihood less the
   price of parameters taken from the weights; equals keep their order. */
WI_IMPL_RARE static void wi_impl_suspect(wi_impl_inquiry *q, const wi_recipe *recipe, int estimated,
                                         size_t gates)
{
    double n = wi_impl_num(q->x.s.count);
    wi_guess guess;
    memset(&guess, 0, sizeof guess);
    guess.recipe = *recipe;
    guess.gates = gates;
    guess.log_likelihood = -WI_IMPL_INFINITY;
    if (q->x.s.nonfinite == 0 && q->status == WI_OK) {
        if (wi_impl_law_scheme(recipe->scheme)) wi_impl_judge_law(q, &guess, estimated);
        else if (!q->exact) wi_impl_judge_structure(q, &guess);
    }
    double score = guess.log_likelihood - 0.5 * estimated * log(n) / n;
    size_t at = q->count++;
    for (; at > 0; at--) {
        int fits = q->guess[at - 1].fits;
        if (fits > guess.fits || (fits == guess.fits && !(score > q->score[at - 1] + 1e-12))) break;
        q->guess[at] = q->guess[at - 1];
        q->score[at] = q->score[at - 1];
    }
    q->guess[at] = guess;
    q->score[at] = score;
}

/* The roundest number between two bounds, with at most three digits: people choose 0.02, not 0.019987. */
WI_IMPL_RARE static double wi_impl_round_within(double lo, double hi)
{
    double middle = 0.5 * (lo + hi), size = fmax(fabs(lo), fabs(hi));
    int exponent = 0;
    if (lo <= 0 && hi >= 0) return 0.0;
    if (!(size > 1e-12) || size > 1e12) return middle;
    for (; pow(10, exponent) > size; exponent--) { }
    for (; pow(10, exponent + 1) <= size; exponent++) { }
    for (int digits = 0; digits < 4; digits++, exponent--) {   /* dividing by a power of ten rounds right */
        double power = pow(10, abs(exponent));
        double rounded = exponent < 0 ? floor(middle * power + 0.5) / power
                                      : floor(middle / power + 0.5) * power;
        if (rounded >= lo && rounded <= hi) return rounded;
    }
    return middle;
}

/* Among the numbers within a relative tolerance of x. */
static double wi_impl_round_near(double x, double tolerance)
{
    double off = fabs(x) * tolerance;
    return wi_impl_round_within(x - off, x + off);
}

/* A recipe by its name, with a gain: for a structure the one that the weights show. */
WI_IMPL_RARE static void wi_impl_suspect_gained(wi_impl_inquiry *q, const char *name, double gain,
                                                double tolerance, size_t gates)
{
    wi_recipe r;
    gain = wi_impl_round_near(gain, tolerance);
    if (gain == 0 || !wi_impl_finite(gain) || wi_impl_recipe_read(name, &r) != WI_OK) return;
    if (gain != 1) r = wi_gained(r, gain);
    wi_impl_suspect(q, &r, gain != 1, gates);
}

/* What the frameworks name, most usual first: of two that mean the same at this shape, the first is reported.
   "pytorch_default" and the next change places for transposed convolutions. The last three are also tried for
   the gates of an LSTM (four) and a GRU (three): PyTorch's U(-1/sqrt(units), 1/sqrt(units)), and Xavier's. */
WI_IMPL_RARE static void wi_impl_suspect_named(wi_impl_inquiry *q)
{
    static const char *const names[] = {
        "pytorch_default", "pytorch_transposed",
        "xavier_uniform", "he_uniform", "lecun_uniform", "xavier_normal", "he_normal", "lecun_normal",
        "xavier_truncated", "he_truncated", "lecun_truncated",
        "kaiming:0,fan_out,uniform", "xavier_uniform:1.6666666666666667", "xavier_uniform:1.4142135623730951",
        "kaiming:0,fan_out,normal", "xavier_normal:1.6666666666666667", "xavier_normal:1.4142135623730951",
        "kaiming:0,fan_out,truncated", "xavier_truncated:1.6666666666666667",
        "xavier_truncated:1.4142135623730951", "siren:30", "siren:30,1"};
    static const char *const gated[] = {"pytorch_transposed", "xavier_uniform", "xavier_normal"};
    const wi_shape *s = q->shape;
    for (size_t i = 0; i < WI_COUNT(names); i++)
        wi_impl_suspect_gained(q, names[s->transposed && i < 2 ? 1 - i : i], 1, 0, 1);
    for (size_t gates = 4; gates >= 3; gates--)
        for (size_t i = 0; i < 3 && s->out % gates == 0 && s->groups * s->kernel_h * s->kernel_w == 1; i++)
            wi_impl_suspect_gained(q, gated[i], 1, 0, gates);
}

WI_IMPL_RARE static void wi_impl_suspect_structures(wi_impl_inquiry *q)
{
    static const char *const fixed[] = {"identity", "dirac", "hadamard", "bilinear"};
    const wi_shape *shape = q->shape;
    wi_impl_layout p = wi_impl_layout_of(wi_mat_view_const(q->w, 1, 1).data, shape);
    const wi_stats *s = &q->x.s;
    size_t taps = shape->kernel_h * shape->kernel_w, inputs = s->count / shape->out;
    size_t middle = shape->kernel_h / 2 * shape->kernel_w + shape->kernel_w / 2;
    double n = wi_impl_num(s->count), squares = 0;
    double rows = wi_impl_num(shape->transposed ? shape->in : shape->out);

    wi_impl_suspect_gained(q, "zeros", 1, 0, 1);
    wi_impl_suspect_gained(q, "ones", 1, 0, 1);
    wi_recipe r = wi_constant(wi_impl_round_near(s->mean, 1e-6));
    wi_impl_suspect(q, &r, 1, 1);
    for (size_t i = 0; i < WI_COUNT(fixed); i++)
        if (wi_impl_recipe_read(fixed[i], &r) == WI_OK && wi_impl_recipe_check(&r, shape) == WI_OK)
            wi_impl_suspect_gained(q, fixed[i], wi_impl_weight(&p, 0, middle)
                                                / wi_impl_fixed_weight(&r, shape, 0, middle), 1e-6, 1);
    /* Stacked gates are orthogonal as a whole, and a wide matrix is so in parts: those last. */
    for (int k = 0; k < 3; k++) {
        static const size_t many[3] = {1, 3, 4};
        size_t gates = many[shape->out > shape->in ? 2 - k : k];
        if (shape->out % gates != 0 || (gates > 1 && shape->groups * taps > 1)) continue;
        double side = fmax(rows / wi_impl_num(gates), n / rows), gain = s->rms * sqrt(side);
        /* A single row or column is orthogonal whatever it is: it must have length 1. */
        if (gates > 1 || n > side || fabs(gain - 1) < 1e-5)
            wi_impl_suspect_gained(q, "orthogonal", gain, 1e-5, gates);
    }
    if (taps > 1)
        wi_impl_suspect_gained(q, "delta_orthogonal", s->rms * sqrt(n / wi_impl_num(shape->in)), 1e-5, 1);
    if (s->zeros > 0 && s->zeros < 1) {
        double kept = 1 - s->zeros, each = floor(kept * n / wi_impl_num(shape->out) + 0.5);
        double std = wi_impl_round_near(s->rms / sqrt(kept), 2 / sqrt(n * kept));
        r = wi_sparse((size_t)each, std);
        if (each > 0) wi_impl_suspect(q, &r, 2, 1);
    }
    for (size_t j = 0; j < inputs; j++) squares += pow(wi_impl_weight(&p, 0, j), 2.0);
    double gain = sqrt(squares) / wi_nguyen_widrow_beta(*shape);
    if (inputs > 1 && (shape->out > 1 || fabs(gain - 1) < 1e-6))
        wi_impl_suspect_gained(q, "nguyen_widrow", gain, 1e-6, 1);
}

/* Laws with parameters of their own. The ends of a bounded law are known n times better than its deviation: n
   weights come within about 1 / (n density) of them. */
WI_IMPL_RARE static void wi_impl_suspect_fitted(wi_impl_inquiry *q)
{
    wi_stats s = q->x.s;
    double n = wi_impl_num(s.count), error = s.std / sqrt(n), most = fmax(fabs(s.min), s.max);
    double range = s.max - s.min;
    int centred = fabs(s.mean) < 3 * error, own = centred ? 1 : 2;
    if (!(s.std > 0)) return;
    wi_recipe r = wi_normal(centred ? 0 : wi_impl_round_within(s.mean - 2 * error, s.mean + 2 * error),
                            wi_impl_round_near(centred ? s.rms : s.std, 2 / sqrt(n)));
    wi_impl_suspect(q, &r, own, 1);
    double top = centred ? wi_impl_round_within(most, most * (1 + 6 / n))
                         : wi_impl_round_within(s.max, s.max + 6 * range / n);
    r = wi_uniform(centred ? -top : wi_impl_round_within(s.min - 6 * range / n, s.min), top);
    wi_impl_suspect(q, &r, own, 1);
    for (int k = 0; k < 3; k++) {
        static const int cuts[3] = {2, 3, 1};
        int cut = cuts[k];
        double edge = centred ? most : 0.5 * range, centre = centred ? 0 : 0.5 * (s.min + s.max);
        double gap = erf(cut / sqrt(2.0)) / (2 * cut * n * 0.3989422804 * exp(-0.5 * cut * cut));
        r = wi_truncated_normal(wi_impl_round_within(centre - gap * edge, centre + gap * edge),
                                wi_impl_round_within(edge / cut, edge / cut * (1 + 5 * gap)), -cut, cut);
        wi_impl_suspect(q, &r, own, 1);
    }
}

/* "xavier_uniform in each of 4 gates, p = 0.31" */
WI_IMPL_RARE static void wi_impl_put_guess(wi_impl_text *text, const wi_guess *guess)
{
    char name[WI_RECIPE_TEXT];
    wi_impl_print(text, "%s", wi_recipe_text(guess->recipe, name, sizeof name));
    if (guess->gates > 1) wi_impl_print(text, " in each of %zu gates", guess->gates);
    wi_impl_print(text, ", p = %.2g", guess->p);
}

WI_API WI_IMPL_OPAQUE wi_status wi_identify(const wi_real *w, wi_shape shape, wi_guess *guesses,
                                            size_t *count, wi_error *error)
{
    wi_impl_inquiry q;
    if (!w || !guesses || !count || *count == 0)
        return wi_impl_fail(error, WI_ERR_ARG, "wi_identify: an argument is NULL or zero");
    if (wi_impl_count(&shape) == 0)
        return wi_impl_fail(error, WI_ERR_SHAPE, "wi_identify: the shape is empty or too large");
    q.w = w;
    q.shape = &shape;
    q.exact = 0;
    q.count = 0;
    q.status = wi_impl_sample_of(w, &shape, &q.x);
    wi_impl_suspect_named(&q);
    wi_impl_suspect_structures(&q);
    wi_impl_suspect_fitted(&q);
    if (q.x.sorted) WINIT_FREE(q.x.sorted);
    if (q.status != WI_OK) return wi_impl_fail(error, q.status, "wi_identify: out of memory");

    *count = wi_impl_min(*count, q.count);
    memcpy(guesses, q.guess, *count * sizeof *guesses);
    int fits = q.guess[0].fits;
    const char *flaw = q.x.flaw.text[0] || q.guess[0].p < 5e-4 ? q.x.flaw.text : q.x.ties.text;
    (void)wi_impl_ok(error);
    if (!error) return WI_OK;
    wi_impl_text out = {error->text, sizeof error->text, 0};
    if (q.x.s.nonfinite)
        wi_impl_print(&out, "none of these: %zu of %zu weights are not finite", q.x.s.nonfinite, q.x.s.count);
    else if (!fits && flaw[0]) wi_impl_print(&out, "none of these: %s", flaw);
    else
        for (int i = 0; i <= fits; i++) {
            wi_impl_print(&out, i ? "; then " : fits ? "" : "none of these; the nearest is ");
            wi_impl_put_guess(&out, &q.guess[i]);
        }
    return WI_OK;
}

#ifndef WINIT_NO_NET
/* ==== 8. Networks >>net-impl ==============================================
   A kind of layer is one room. Side by side stand how it is described and

       plan       which shape comes out, how many parameters it has, or what does not fit
       forward    x -> pre                        (post = f(pre) is common to all)
       backward   dpre -> dw, db, dx              (dpre = dpost f'(pre) as well)
       theory     what becomes of the moments of x, and E dx^2 / E dpre^2, of a gradient on its way back

   The table behind the rooms has one row for each; whatever comes after it works for all kinds alike:

       description -> plan -> one block of memory -> recipes -> weights        creating, drawing
       x -> layer after layer -> y;  dy -> layer before layer -> gradients     forward, backward
       recipes -> moments, layer after layer                                   theory

   A new kind is a room, a row, a name in wi_layer_kind and a constructor's declaration. */

/* ---- A dense layer in plain loops ------------------------------------------
   The reference: all that a dense layer computes. x is [batch][inputs], w [units][inputs], pre and dpre
   [batch][units]. The room below does the same by matrix products, and tests compare the two. */

static WI_IMPL_UNUSED void wi_impl_dense_plain(wi_mat pre, wi_mat x, wi_mat w, const wi_real *b)
{
    for (size_t i = 0; i < x.rows; i++)
        for (size_t u = 0; u < w.rows; u++) {
            wi_real sum = b[u];
            for (size_t k = 0; k < x.cols; k++)
                sum += x.data[i * x.row_step + k] * w.data[u * w.row_step + k];
            pre.data[i * pre.row_step + u] = sum;
        }
}

/* The chain rule: a weight's gradient is (gradient of what it feeds) times (what it multiplies), an input's
   is the sum over all units that it feeds. All gradients are added to what is there. */
static WI_IMPL_UNUSED void wi_impl_dense_plain_backward(wi_mat dw, wi_real *db, wi_mat dx, wi_mat dpre,
                                                        wi_mat x, wi_mat w)
{
    for (size_t i = 0; i < x.rows; i++)
        for (size_t u = 0; u < w.rows; u++) {
            wi_real d = dpre.data[i * dpre.row_step + u];
            db[u] += d;
            for (size_t k = 0; k < x.cols; k++) {
                dw.data[u * dw.row_step + k] += d * x.data[i * x.row_step + k];
                dx.data[i * dx.row_step + k] += d * w.data[u * w.row_step + k];
            }
        }
}

/* ---- What the rooms have in common --------------------------------------- */

/* How a backward pass of training may spare memory: `assign` sets the gradients of dense layers instead of
   adding to them; with a rate, dense layers that are not frozen take w -= rate dw and b -= rate db at once,
   and neither gradient is written. */
typedef struct wi_impl_pass {
    int assign;
    double rate;
} wi_impl_pass;

/* A layer at work on a batch. */
typedef struct wi_impl_work {
    wi_net *net;
    wi_layer *layer;
    size_t index;
    wi_mat x;          /* [rows][inputs], what the layer reads */
    wi_mat pre, dpre;  /* [rows][outputs] */
    wi_mat dx;         /* [rows][inputs], where the gradient in x goes; data is NULL where nobody wants it */
    int add;           /* dx is added to, since another reader of x has been here; else it is overwritten */
    const wi_impl_pass *pass;
    wi_real *scratch;  /* net->scratch, or a thread's own */
    int apart;         /* a convolution's gradients of weights are summed elsewhere */
} wi_impl_work;

/* A signal between two layers: E x, E x^2, E x x' for two samples, the relative variance of E x^2 between
   random networks, and E x_i x_j of two units, for one sample and for two. */
typedef struct wi_impl_wave { double mean, second, product, spread, units, pair; } wi_impl_wave;

/* A layer under theory: the law of its weights and biases, the signal that it reads, and the one that a skip
   adds, else zeros. */
typedef struct wi_impl_wave_at {
    const wi_layer *layer;
    double fan_in, fan_out, w_mean, w_var, b_mean, b_var;
    wi_scheme scheme;   /* by which its weights were drawn */
    wi_impl_wave x, skipped;
    int measured;   /* by the weights as they are: there pairs that are hardly alike are followed roughly */
    int unknown;    /* theory has no answer here */
    const wi_layer *source;   /* the layer that is read, NULL for the input, and its pre-activation */
    wi_impl_wave z;
    double alike;             /* of two pixels of a window or, for a norm, of an image, any two: what of their
                                 windows lies on the image at both, as a share of what does at one */
    double echo;              /* of a tied layer: how much of `mirrored` its weights give back */
    wi_impl_wave mirrored;
    double cover;   /* of a window: forward, the share of its taps that lie on the image; backward, how many
                       windows read a pixel; both weighted by where the signal is strong */
} wi_impl_wave_at;

/* The fields of wi_layer_desc that belong to some kinds only. A kind with units has weights with fans. */
enum {
    WI_IMPL_UNITS = 1, WI_IMPL_WINDOW = 2, WI_IMPL_GROUPS = 4, WI_IMPL_SPAN = 8, WI_IMPL_TIED = 16,
    WI_IMPL_RATE = 32
};
static const struct { const char *name; size_t offset; int field; } wi_impl_layer_sizes[] = {
    {"units", offsetof(wi_layer_desc, units), WI_IMPL_UNITS},   /* nameless */
    {"kernel", offsetof(wi_layer_desc, kernel), WI_IMPL_WINDOW},
    {"stride", offsetof(wi_layer_desc, stride), WI_IMPL_WINDOW},
    {"padding", offsetof(wi_layer_desc, padding), WI_IMPL_WINDOW},
    {"groups", offsetof(wi_layer_desc, groups), WI_IMPL_GROUPS},
    {"span", offsetof(wi_layer_desc, span), WI_IMPL_SPAN},
    {"tied", offsetof(wi_layer_desc, tied), WI_IMPL_TIED},
    {"from", offsetof(wi_layer_desc, from), 0}   /* every kind has it */
};

/* While a network is planned. */
typedef struct wi_impl_plan {
    const wi_net_desc *desc;
    wi_net *net;       /* its counts grow from layer to layer */
    wi_image *shapes;  /* of the signals */
    size_t index;
    wi_real *base;     /* the block of all numbers; NULL: they are only counted */
    size_t used;       /* of it */
    wi_error *error;
} wi_impl_plan;

/* Signals are numbered: 0 is the network's input, l + 1 the output of layer l. A layer reads the one before
   it, or the one that its `from` names; a skip layer also reads signal index + 1 - span. */
static size_t wi_impl_reads(const wi_layer_desc *desc, size_t index)
{
    return desc->from > 1 ? index + 1 - desc->from : index;
}

typedef struct wi_impl_kind {
    const char *name;
    int fields;
    wi_status (*plan)(wi_impl_plan *plan, wi_layer *layer);
    void (*forward)(const wi_impl_work *at);
    void (*backward)(const wi_impl_work *at);
    /* z comes in as x; returns E dx^2 / E dpre^2 */
    double (*theory)(const wi_impl_wave_at *at, wi_impl_wave *z);
} wi_impl_kind;

static const wi_impl_kind *wi_impl_kind_of(wi_layer_kind kind);

/* Has its kind any of these fields? */
static int wi_impl_has(const wi_layer *layer, int fields)
{
    return (wi_impl_kind_of(layer->desc.kind)->fields & fields) != 0;
}

static int wi_impl_has_weights(const wi_layer *layer) { return wi_impl_has(layer, WI_IMPL_UNITS); }

/* The learning rate of a layer's parameters, where the network's is `rate`. */
static double wi_impl_layer_rate(const wi_layer *layer, double rate)
{
    return layer->desc.frozen ? 0 : rate * (layer->desc.step_scale > 0 ? layer->desc.step_scale : 1);
}

/* Say what does not fit: "layer 4 (max_pool): ...". Layers count from 1 in all sentences. */
WI_IMPL_FORMAT(3, 4)
WI_IMPL_RARE static wi_status wi_impl_misfit(const wi_impl_plan *plan, wi_status status, const char *format,
                                             ...)
{
    wi_layer_kind kind = plan->desc->layers[plan->index].kind;
    wi_error none, *error = plan->error ? plan->error : &none;
    (void)wi_impl_fail(error, status, "layer %zu (%s): ", plan->index + 1, wi_layer_kind_name(kind));
    wi_impl_text text = {error->text, sizeof error->text, strlen(error->text)};
    va_list list;
    va_start(list, format);
    wi_impl_put_list(&text, format, list);
    va_end(list);
    return status;
}

static size_t wi_impl_image_count(wi_image image)
{
    return wi_impl_mul(image.channels, wi_impl_mul(image.height, image.width));
}

static wi_image wi_impl_image(size_t channels, size_t height, size_t width)
{
    wi_image image = {channels, height, width};
    return image;
}

/* Plan `rows` x `cols` weights and `biases` biases; the views get their data when memory is laid out. */
static void wi_impl_plan_params(wi_layer *layer, wi_shape shape, size_t rows, size_t cols, size_t biases)
{
    layer->shape = shape;
    layer->w = wi_mat_view(NULL, rows, cols);
    layer->b = wi_mat_view(NULL, 1, biases);
}

/* View the first rows of a signal. */
static wi_mat wi_impl_signal(const wi_net *net, size_t signal, size_t rows)
{
    wi_mat view = signal == 0 ? net->x : net->layers[signal - 1].post;
    view.rows = rows;
    return view;
}

/* Where the gradient in a signal is gathered: data is NULL where nobody wants it. The layers that read the
   signal write there one after another: the first overwrites what is there, the others add. */
static wi_mat wi_impl_gradient_target(wi_net *net, size_t signal, size_t rows, int *add)
{
    wi_mat target = signal == 0 ? net->dinput : net->layers[signal - 1].dpost;
    *add = net->reached[signal];
    net->reached[signal] = 1;
    target.rows = rows;
    return target;
}

/* Pass a gradient on: dx = factor * gradient, or += where another layer has written there already. */
static WI_IMPL_APART void wi_impl_pass_on(const wi_mat *dx, const wi_mat *gradient, double factor, int add)
{
    for (size_t i = 0; dx->data && i < dx->rows; i++) {
        wi_real *to = dx->data + i * dx->row_step, times = (wi_real)factor;
        const wi_real *from = gradient->data + i * gradient->row_step;
        if (!add && factor == 1) memcpy(to, from, dx->cols * sizeof *to);
        else if (add) for (size_t j = 0; j < dx->cols; j++) to[j] = wi_impl_maddr(0, times, from[j], to[j]);
        else for (size_t j = 0; j < dx->cols; j++) to[j] = times * from[j];
    }
}

static wi_layer_desc wi_impl_layer_desc(wi_layer_kind kind, size_t units, size_t kernel, wi_act act)
{
    wi_layer_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.kind = kind;
    desc.units = units;
    desc.kernel = kernel;
    desc.act = act;
    return desc;
}

/* ---- Dense -----------------------------------------------------------------
   pre = x W^T + b,  dW += dpre^T x,  db += 1^T dpre,  dx = dpre W */

WI_API wi_layer_desc wi_layer_dense(size_t units, wi_act act)
{
    return wi_impl_layer_desc(WI_LAYER_DENSE, units, 0, act);
}

/* Tied weights belong to an earlier layer of the transposed shape, which must own them. */
WI_IMPL_RARE static wi_status wi_impl_dense_plan_tied(wi_impl_plan *plan, const wi_layer *layer)
{
    size_t source = layer->desc.tied - 1;
    const wi_layer_desc *owner = &plan->desc->layers[source < plan->index ? source : plan->index];
    if (source >= plan->index || owner->kind != WI_LAYER_DENSE || owner->tied)
        return wi_impl_misfit(plan, WI_ERR_ARG, "tied to layer %zu, which is not an earlier dense layer with "
                              "weights of its own", layer->desc.tied);
    size_t inputs = wi_impl_image_count(plan->shapes[wi_impl_reads(owner, source)]);
    if (inputs != layer->desc.units || owner->units != layer->inputs)
        return wi_impl_misfit(plan, WI_ERR_SHAPE,
                              "%zu -> %zu cannot use the transposed weights of layer %zu, %zu -> %zu",
                              layer->inputs, layer->desc.units, layer->desc.tied, inputs, owner->units);
    return WI_OK;
}

WI_IMPL_RARE static wi_status wi_impl_dense_plan(wi_impl_plan *plan, wi_layer *layer)
{
    size_t units = layer->desc.units;
    if (units == 0) return wi_impl_misfit(plan, WI_ERR_SHAPE, "no units");
    layer->out = wi_impl_image(units, 1, 1);
    wi_impl_plan_params(layer, wi_dense(layer->inputs, units), units, layer->inputs,
                        layer->desc.no_bias ? 0 : units);
    return layer->desc.tied ? wi_impl_dense_plan_tied(plan, layer) : WI_OK;
}

/* At most 8 inputs and units: setting products up would take longer than they do. A row of each is a vector,
   and the sums are those of the products. */
#if WI_IMPL_X86 && defined(WI_IMPL_SHUFFLE)
#define WI_IMPL_IS_HANDFUL(layer)                                                                      \
    ((layer)->inputs - 2 < 7 && (layer)->outputs <= 8 && !(layer)->desc.tied && wi_impl_simd_bits() >= 256)

/* Eight elements go out as one vector, since the activation that reads it would have to wait for smaller ones
   to reach the cache. So would one of two inputs that were just copied one by one: these are read like that.
   The sum of an element's lanes is in all of them, and stays where no earlier one is. */
WI_IMPL_AVX2 static void wi_impl_handful_forward(const wi_impl_work *at)
{
    typedef float vector __attribute__((__vector_size__(32)));
    const size_t inputs = at->layer->inputs, units = at->layer->outputs;
    const wi_real *x = at->x.data, *b = at->layer->desc.no_bias ? wi_impl_zeros : at->layer->b.data;
    wi_real *pre = at->pre.data;
    vector zero = {0}, done = zero, of_x, of_w, before;
    const int *on = wi_impl_on + 16;
    for (size_t rows = at->pre.rows; rows > 0; rows--, x += at->x.row_step) {
        const wi_real *w = at->layer->w.data;
        of_x = zero;
        if (inputs > 2) WI_IMPL_LOAD_MASKED(of_x, x, inputs)
        for (size_t u = 0; u < units; u++, w += inputs) {
            vector sum = {b[u]}, other = zero;
            if (inputs == 2) {   /* all lanes alike; + 0, as below, leaves no -0 */
                sum = b[u] - zero;
                WI_IMPL_FUSED_32(sum, w[0] - zero, x[0] - zero)
                WI_IMPL_FUSED_32(other, w[1] - zero, x[1] - zero)
                sum = sum + other + zero;
            } else {
                WI_IMPL_LOAD_MASKED(of_w, w, inputs)
                WI_IMPL_FUSED_32(sum, of_w, of_x)
                sum += WI_IMPL_SHUFFLE(sum, sum, 4, 5, 6, 7, 0, 1, 2, 3);
                sum += WI_IMPL_SHUFFLE(sum, sum, 2, 3, 0, 1, 6, 7, 4, 5);
                sum += WI_IMPL_SHUFFLE(sum, sum, 1, 0, 3, 2, 5, 4, 7, 6);
            }
            memcpy(&before, on, sizeof before);
            done = __builtin_ia32_blendvps256(sum, done, before);
            if (--on > wi_impl_on + 8) continue;
            memcpy(pre, &done, sizeof done);
            pre += 8;
            on += 8;
        }
    }
    if (on < wi_impl_on + 16) memcpy(pre, &done, sizeof done);
}

/* With a rate, weights and bias take a step by it; without, their gradients are set or added to. */
WI_IMPL_AVX2 static void wi_impl_handful_backward(const wi_impl_work *at, const wi_real *rate)
{
    const wi_layer *layer = at->layer;
    const size_t inputs = layer->inputs, units = layer->outputs, rows = at->dpre.rows;
    const size_t x_step = at->x.row_step, dx_step = at->dx.row_step;
    const wi_real *dpre = at->dpre.data, *x = at->x.data, *weights = layer->w.data;
    wi_real *w = rate ? layer->w.data : layer->dw.data, *b = rate ? layer->b.data : layer->db.data;
    wi_real *dx = at->dx.data;
    const int add = at->add, set = !rate && at->pass->assign, biased = !layer->desc.no_bias;
    for (size_t i = 0; dx && i < rows; i++, dx += dx_step)
        wi_impl_few_row(dx, add ? dx : NULL, NULL, dpre + i * units, 1, weights, inputs, units, inputs, 0);
    for (size_t u = 0; u < units; u++, w += inputs) {
        const wi_real start = biased && !set && !rate ? b[u] : 0;
        const wi_real sum = wi_impl_few_row(w, set ? NULL : w, rate, dpre + u, units, x, x_step, rows, inputs,
                                            start);
        if (biased) b[u] = rate ? wi_impl_maddr(1, *rate, sum, b[u]) : sum;
    }
}
#else
#define WI_IMPL_IS_HANDFUL(layer) 0
static void wi_impl_handful_forward(const wi_impl_work *at) { (void)at; }
static void wi_impl_handful_backward(const wi_impl_work *at, const wi_real *scale) { (void)at, (void)scale; }
#endif

static void wi_impl_dense_forward(const wi_impl_work *at)
{
    const wi_layer *layer = at->layer;
    if (WI_IMPL_IS_HANDFUL(layer)) {
        wi_impl_handful_forward(at);
        return;
    }
    const wi_mat w_t = wi_mat_transpose(layer->w);
    const wi_mat bias = {layer->desc.no_bias ? NULL : layer->b.data, at->pre.rows, layer->b.cols, 0, 1};
    wi_impl_gemm(&at->pre, &bias, &at->x, &w_t);
}

static void wi_impl_dense_backward(const wi_impl_work *at)
{
    wi_layer *layer = at->layer;
    const wi_real rate = -(wi_real)wi_impl_layer_rate(layer, at->pass->rate);
    const int moves = at->pass->rate > 0 && !layer->desc.frozen;
    if (WI_IMPL_IS_HANDFUL(layer)) {
        wi_impl_handful_backward(at, moves ? &rate : NULL);
        return;
    }
    if (at->dx.data) wi_impl_gemm(&at->dx, at->add ? &at->dx : NULL, &at->dpre, &layer->w);

    /* Ascending sums: where they go through a batch, the parts of one add up to the bits of the whole. */
    const int set = !moves && at->pass->assign;
    const wi_mat *w = moves ? &layer->w : &layer->dw, *b = moves ? &layer->b : &layer->db;
    const wi_mat dpre_t = wi_mat_transpose(at->dpre);
    wi_impl_gemm_as(w, set ? NULL : w, &dpre_t, &at->x, 1, moves ? &rate : NULL);

    /* 1^T is a row of ones, all of them the same number in memory. */
    if (layer->desc.no_bias) return;
    wi_real one = 1;
    const wi_mat ones = {&one, 1, at->dpre.rows, 0, 0};
    wi_impl_gemm_as(b, set ? NULL : b, &ones, &at->dpre, 1, moves ? &rate : NULL);
}

/* A sum of n = fan_in products and a bias; with weights of variance v and mean m, and a bias b,

       E z^2   = n v E x^2 + m^2 E(sum x)^2 + 2 n m E x E b + E b^2     E(sum x)^2 = sum of all E x_i x_j
       E dx^2  = fan_out v E dpre^2 + m^2 E(sum dpre)^2                 (back, with the outputs that read x)

   and two samples or two units alike. Convolutions are such sums too, over the taps that lie on the image. */
WI_IMPL_RARE static double wi_impl_dense_theory(const wi_impl_wave_at *at, wi_impl_wave *z)
{
    wi_impl_wave x = at->x;
    double n = at->fan_in * at->cover, square = at->w_mean * at->w_mean;
    double bias = at->b_mean * (2 * n * at->w_mean * x.mean + at->b_mean);

    /* Two pixels have in common what their windows, of this size, share, else no more than two samples. */
    double kernel = fmax(wi_impl_num(at->layer->desc.kernel), 1.0), all = kernel * kernel;
    double taps = fmax(all * at->cover, 1.0);
    double shared = at->source ? pow((2 * all + 1) / (3 * all), 2.0) : 1 / taps;
    double others = at->fan_in / all - 1;
    double here = x.second + others * x.units, elsewhere = x.product + others * x.pair;
    z->mean = n * at->w_mean * x.mean + at->b_mean;
    z->units = square * n * taps * (shared * here + (1 - shared) * elsewhere) + bias;
    z->pair = square * n * taps * elsewhere + bias;
    z->second = n * at->w_var * x.second + at->b_var + z->units;
    z->product = n * at->w_var * x.product + at->b_var + z->pair;
    z->spread = z->second > 0.0 ? x.spread * pow(n * at->w_var * x.second / z->second, 2.0) : 0.0;
    z->mean += at->echo * at->mirrored.mean;
    z->second += at->echo * at->echo * at->mirrored.second;
    z->product += at->echo * at->echo * at->mirrored.product;
    return at->fan_out * at->cover * (at->w_var + square);
}

/* ---- Windows ---------------------------------------------------------------
   Convolution and pooling move a window over an image. */

typedef struct wi_impl_window { size_t size, stride, padding; } wi_impl_window;

/* A pooling window of side 0 covers the image. */
static wi_impl_window wi_impl_window_of(const wi_layer *layer)
{
    wi_impl_window window = {layer->desc.kernel, layer->desc.stride, layer->desc.padding};
    if (window.size == 0)
        window.size = layer->in.height > layer->in.width ? layer->in.height : layer->in.width;
    if (window.stride == 0) window.stride = window.size;
    return window;
}

/* Number of window positions along one side: (length + 2 padding - size) / stride + 1, or 0 if none fits. */
static size_t wi_impl_positions(size_t length, wi_impl_window window)
{
    size_t padded = wi_impl_add(length, wi_impl_mul(2, window.padding));
    return padded < window.size || padded == SIZE_MAX ? 0 : (padded - window.size) / window.stride + 1;
}

/* Find the output shape, or say why there is none. */
WI_IMPL_RARE static wi_status wi_impl_window_plan(wi_impl_plan *plan, wi_layer *layer, size_t channels)
{
    if (layer->desc.kernel == 0) return wi_impl_misfit(plan, WI_ERR_SHAPE, "the window's side is 0");
    wi_impl_window window = wi_impl_window_of(layer);
    layer->out = wi_impl_image(channels, wi_impl_positions(layer->in.height, window),
                               wi_impl_positions(layer->in.width, window));
    if (layer->out.height == 0 || layer->out.width == 0)
        return wi_impl_misfit(plan, WI_ERR_SHAPE, "window %zu does not fit into the %zux%zu input with "
                              "padding %zu", window.size, layer->in.height, layer->in.width, window.padding);
    return WI_OK;
}

/* ---- Convolution -----------------------------------------------------------
   A filter's output at a place is the sum, over the taps of its window (channel c, row i, column j), of
   weight times pixel. First the plain loops, which say what is computed; then the same by products. */

WI_API wi_layer_desc wi_layer_conv2d(size_t filters, size_t kernel, wi_act act)
{
    return wi_impl_layer_desc(WI_LAYER_CONV2D, filters, kernel, act);
}

/* The reference, for one sample: forward, pre = b + sum of w x; back, for each such product of a weight and a
   pixel, dw += dpre x and dx += dpre w. Forward, terms are added in this very order. */
static WI_IMPL_UNUSED void wi_impl_conv_plain(const wi_layer *layer, wi_real *pre, const wi_real *x,
                                              wi_real *dx, int back)
{
    const wi_layer_desc *desc = &layer->desc;
    const size_t kernel = desc->kernel, channels = layer->in.channels / desc->groups, cols = layer->out.width;
    const size_t places = layer->out.height * cols;
    for (size_t f = 0; f < desc->units; f++)
        for (size_t p = 0; p < places; p++, pre++) {
            wi_real sum = desc->no_bias || back ? 0 : layer->b.data[f];
            if (back && !desc->no_bias) layer->db.data[f] += *pre;
            for (size_t k = 0; k < layer->w.cols; k++) {
                const size_t row = p / cols * desc->stride + k / kernel % kernel - desc->padding;
                const size_t col = p % cols * desc->stride + k % kernel - desc->padding;
                const size_t c = f / (desc->units / desc->groups) * channels + k / kernel / kernel;
                const size_t at = (c * layer->in.height + row) * layer->in.width + col;
                const size_t w = f * layer->w.cols + k;
                if (row >= layer->in.height || col >= layer->in.width) continue;   /* below 0 as well */
                if (!back) sum = wi_impl_maddr(0, layer->w.data[w], x[at], sum);
                else layer->dw.data[w] += *pre * x[at];
                if (back) dx[at] += *pre * layer->w.data[w];
            }
            if (!back) *pre = sum;
        }
}

/* ---- Convolution: products over an image laid out for windows ----------------
   Under tap (c, i, j) lies, for all places of a row, a run of pixels; for the next tap it begins elsewhere.
   In an image with zeros around it even all rows are one run, if the outputs take as many numbers a row as
   the image does, and those behind the last place of a row are ignored:

       image, padded by 1:  0 0 0 0 0     outputs of a 3x3 window:   o o o . .      "." is computed, but
                            0 x x x 0                                o o o . .      means nothing
                            0 x x x 0                                o o o
                            0 x x x 0
                            0 0 0 0 0

   So  out[filter][place] = sum over taps of w[filter][tap] run[tap][place]  is a product whose second matrix
   is never written: its row `tap` is the image from some number on, and a table says how far it is from one
   tap's to the next. Rows share the zeros between them, and so do images. A stride s makes s x s images of
   one, those of every s-th pixel, and windows move over each of them by 1.

   The gradient in x is a convolution as well: a pixel gathers from all windows that have it, over dpre laid
   out in the same way, and with stride s, it is s x s of them, one for each such image. The gradient of a
   weight is the sum over all places of dpre times the pixel under the tap. There each tap's run is copied
   together, a few taps at a time, since vectors along the places of one output are longer than a row. */

typedef struct wi_impl_laid {
    size_t channels, height, width;    /* of what is laid out */
    size_t stride, phases, span;       /* images a side of which; taps a side of each of them, less 1 */
    ptrdiff_t first;                   /* where its first pixel lies */
    size_t rows, cols;                 /* outputs */
    size_t pitch, plane;               /* from a row to the next; from an image to the next */
    size_t run, out_plane;             /* numbers of an output that are computed, and from it to the next */
} wi_impl_laid;

/* The numbers that one side takes: what is read, [0, outputs + span), is data or zeros; the zeros behind one
   row serve as those before the next. */
static size_t wi_impl_laid_side(const wi_impl_laid *laid, size_t length, size_t outputs)
{
    const ptrdiff_t stride = (ptrdiff_t)laid->stride, reads = (ptrdiff_t)(outputs + laid->span);
    ptrdiff_t begin = laid->first > 0 ? laid->first / stride : 0;
    ptrdiff_t end = ((ptrdiff_t)length - 1 + laid->first) / stride + 1;
    if (end > reads) end = reads;
    const size_t room = (size_t)(end - begin + (begin > reads - end ? begin : reads - end));
    return room > outputs ? room : outputs;
}

/* How x is laid out on the way forward, or dpre on the way back. Where windows do not meet, the pixels
   between them are left out. */
static wi_impl_laid wi_impl_laid_of(const wi_layer *layer, int back)
{
    const wi_impl_window window = wi_impl_window_of(layer);
    const wi_image in = layer->in, image = back ? layer->out : in;
    const size_t beyond = (in.height > in.width ? in.height : in.width) + 2 * window.padding;
    const size_t stride = wi_impl_min(window.stride, beyond), low = window.padding / stride;
    wi_impl_laid laid;
    laid.channels = image.channels;
    laid.height = image.height;
    laid.width = image.width;
    laid.stride = back ? 1 : stride;
    laid.phases = back ? 1 : wi_impl_min(stride, window.size);
    laid.span = (window.size - 1) / stride;
    laid.first = back ? (ptrdiff_t)laid.span - (ptrdiff_t)low : (ptrdiff_t)window.padding;
    laid.rows = back ? (in.height - 1 + window.padding) / stride - low + 1 : layer->out.height;
    laid.cols = back ? (in.width - 1 + window.padding) / stride - low + 1 : layer->out.width;
    laid.pitch = wi_impl_laid_side(&laid, image.width, laid.cols);
    laid.plane = wi_impl_mul(laid.pitch, wi_impl_laid_side(&laid, image.height, laid.rows));
    laid.run = wi_impl_add(wi_impl_mul(laid.rows - 1, laid.pitch), laid.cols + 7) / 8 * 8;
    if (laid.run < 16) laid.run = 16;
    laid.out_plane = wi_impl_add(laid.run, 15) / 16 * 16;
    return laid;
}

/* Its numbers: all images, and what the last windows and vectors read behind them. */
static size_t wi_impl_laid_count(const wi_impl_laid *laid)
{
    size_t images = wi_impl_mul(laid->channels, wi_impl_mul(laid->phases, laid->phases));
    size_t more = wi_impl_mul(laid->span + 1, laid->pitch + 1);
    return wi_impl_add(wi_impl_mul(images, laid->plane), wi_impl_add(more, 31)) / 16 * 16;
}

/* Along a side: the first pixel of a phase, where it lies, and how many there are, of those that are read. */
typedef struct wi_impl_reach { size_t pixel, at, count; } wi_impl_reach;

static wi_impl_reach wi_impl_reach_of(const wi_impl_laid *laid, size_t phase, size_t length, size_t outputs)
{
    const size_t stride = laid->stride, base = laid->first > 0 ? (size_t)laid->first : 0;
    const size_t lies = base + (phase + stride - base % stride) % stride;
    wi_impl_reach reach = {lies - (size_t)laid->first, lies / stride, 0}, none = {0, 0, 0};
    if (reach.pixel >= length || reach.at >= outputs + laid->span) return none;
    reach.count = wi_impl_min((length - 1 - reach.pixel) / stride + 1, outputs + laid->span - reach.at);
    return reach;
}

/* to = from or, to add, to += from. Rows are short: a call for each would take longer than the copy. */
WI_IMPL_INLINE void wi_impl_move_rows(const wi_mat *to, const wi_mat *from, int add)
{
    const size_t n = to->cols, to_on = to->col_step, on = from->col_step;
    wi_real *y = to->data;
    const wi_real *x = from->data;
    size_t rows = to->rows, j;
    enum { wide = 32 / sizeof(wi_real), less = wide / 2 };
    const int blocks = !add && to_on == 1 && on == 1;   /* the last of a row overlaps the one before */
    for (; blocks && n >= wide && rows > 0; rows--, y += to->row_step, x += from->row_step) {
        for (j = 0; j + wide < n; j += wide) memcpy(y + j, x + j, wide * sizeof *y);
        memcpy(y + n - wide, x + n - wide, wide * sizeof *y);
    }
    for (; blocks && n >= less && rows > 0; rows--, y += to->row_step, x += from->row_step) {
        memcpy(y, x, less * sizeof *y);
        memcpy(y + n - less, x + n - less, less * sizeof *y);
    }
    for (; rows > 0; rows--, y += to->row_step, x += from->row_step) {
        for (j = 0; add && j < n; j++) y[j * to_on] += x[j * on];
        for (; j < n; j++) y[j * to_on] = x[j * on];
    }
}
#define WI_IMPL_MOVE_RUN(name, TARGET, fused) \
TARGET static void name(const wi_mat *to, const wi_mat *from, int add) { wi_impl_move_rows(to, from, add); }
WI_IMPL_STAMP(WI_IMPL_MOVE_RUN, wi_impl_move)

/* The same for planes that lie to_on and from_on numbers apart; to and from move on. */
static WI_IMPL_APART void wi_impl_move_planes(wi_mat *to, size_t to_on, wi_mat *from, size_t from_on,
                                              size_t planes, int add)
{
    for (; planes > 0; planes--, to->data += to_on, from->data += from_on)
        WI_IMPL_WIDEST(wi_impl_move)(to, from, add);
}

/* Lay an image out where there were zeros, or an image before. */
static void wi_impl_lay_out(const wi_impl_laid *laid, wi_real *to, const wi_real *image)
{
    const size_t phases = laid->phases * laid->phases, width = laid->width;
    for (size_t phase = 0; phase < phases; phase++, to += laid->plane) {
        const wi_impl_reach y = wi_impl_reach_of(laid, phase / laid->phases, laid->height, laid->rows);
        const wi_impl_reach x = wi_impl_reach_of(laid, phase % laid->phases, width, laid->cols);
        wi_mat from = wi_mat_view_const(image + y.pixel * width + x.pixel, y.count, x.count);
        wi_mat there = {to + y.at * laid->pitch + x.at, y.count, x.count, laid->pitch, 1};
        from.row_step = laid->stride * width;
        from.col_step = laid->stride;
        wi_impl_move_planes(&there, phases * laid->plane, &from, laid->height * width, laid->channels, 0);
    }
}

/* Where tap k of a group's first filter lies: in the weights, and in x laid out. */
static void wi_impl_taps_of(const wi_layer *layer, const wi_impl_laid *laid, wi_impl_stride *taps)
{
    const size_t kernel = layer->desc.kernel, phases = laid->phases, stride = laid->stride;
    for (size_t k = 0; k < layer->w.cols; k++) {
        const size_t c = k / kernel / kernel, i = k / kernel % kernel, j = k % kernel;
        const size_t image = (c * phases + i % stride) * phases + j % stride;
        taps[k].a = (ptrdiff_t)k;
        taps[k].b = (ptrdiff_t)(image * laid->plane + i / stride * laid->pitch + j / stride);
    }
}

/* From places to the distances between them. */
static void wi_impl_distances(wi_impl_stride *taps, size_t count)
{
    for (size_t k = 0; k + 1 < count; k++) {
        taps[k].a = taps[k + 1].a - taps[k].a;
        taps[k].b = taps[k + 1].b - taps[k].b;
    }
}

/* The numbers of scratch that a table takes. */
static size_t wi_impl_table_count(size_t taps)
{
    return wi_impl_add(wi_impl_mul(taps, sizeof(wi_impl_stride)) / sizeof(wi_real), 31) / 16 * 16;
}

/* Taps whose runs are copied together: as many as stay near. */
static size_t wi_impl_taps_at_once(const wi_layer *layer)
{
    size_t fits = 8192 / (layer->out.height * layer->out.width) / 4 * 4;
    return wi_impl_min(layer->w.cols, fits > 4 ? fits : 4);
}

WI_IMPL_RARE static wi_status wi_impl_conv_plan(wi_impl_plan *plan, wi_layer *layer)
{
    size_t filters = layer->desc.units, kernel = layer->desc.kernel, channels = layer->in.channels;
    if (layer->desc.groups == 0) layer->desc.groups = 1;
    if (layer->desc.stride == 0) layer->desc.stride = 1;
    if (filters == 0) return wi_impl_misfit(plan, WI_ERR_SHAPE, "no filters");
    if (filters % layer->desc.groups || channels % layer->desc.groups)
        return wi_impl_misfit(plan, WI_ERR_SHAPE, "%zu channels and %zu filters do not divide into %zu "
                              "groups", channels, filters, layer->desc.groups);
    wi_status status = wi_impl_window_plan(plan, layer, filters);
    if (status != WI_OK) return status;

    wi_shape shape = wi_conv2d(channels, filters, kernel, kernel);
    size_t taps = wi_impl_mul(kernel, kernel);
    shape.groups = layer->desc.groups;
    wi_impl_plan_params(layer, shape, filters, wi_impl_mul(channels / shape.groups, taps),
                        layer->desc.no_bias ? 0 : filters);

    /* What a pass needs: a table, an image, and outputs or runs. */
    size_t count = wi_impl_image_count(layer->out), most = SIZE_MAX;
    if (count < SIZE_MAX / 64 && layer->inputs < SIZE_MAX / 64 && layer->desc.padding < SIZE_MAX / 64) {
        wi_impl_laid forward = wi_impl_laid_of(layer, 0), back = wi_impl_laid_of(layer, 1);
        size_t first = wi_impl_add(wi_impl_table_count(layer->w.cols), wi_impl_laid_count(&forward));
        size_t runs = wi_impl_add(wi_impl_mul(wi_impl_taps_at_once(layer), count / filters), 15) / 16 * 16;
        size_t outputs = wi_impl_mul(filters, wi_impl_add(forward.out_plane, WI_IMPL_COPIES));
        size_t table = wi_impl_table_count(wi_impl_mul(filters / shape.groups, taps));
        size_t behind = wi_impl_add(wi_impl_laid_count(&back), wi_impl_mul(channels, back.out_plane));
        most = wi_impl_add(first, outputs > runs || plan->net->borrowed ? outputs : runs);
        behind = wi_impl_add(table, behind);
        if (behind > most && !plan->net->borrowed) most = behind;
    }
    if (most > plan->net->scratch_count) plan->net->scratch_count = most;
    return WI_OK;
}

static void wi_impl_conv_forward(const wi_impl_work *at)
{
    const wi_layer *layer = at->layer;
    const wi_impl_laid laid = wi_impl_laid_of(layer, 0);
    const size_t groups = layer->desc.groups, filters = layer->desc.units, taps = layer->w.cols;
    const size_t places = laid.rows * laid.cols, images = laid.phases * laid.phases * laid.plane;
    wi_impl_stride *steps = (wi_impl_stride *)(void *)at->scratch;
    wi_real *image = at->scratch + wi_impl_table_count(taps), *bias = image + wi_impl_laid_count(&laid);
    wi_real *sums = bias + filters * WI_IMPL_COPIES;
    memset(image, 0, wi_impl_laid_count(&laid) * sizeof *image);
    wi_impl_taps_of(layer, &laid, steps);
    wi_impl_distances(steps, taps);
    for (size_t f = 0; f < layer->b.cols; f++)
        wi_impl_fill_constant(bias + f * WI_IMPL_COPIES, WI_IMPL_COPIES, layer->b.data[f]);
    for (size_t s = 0; s < at->x.rows; s++) {
        wi_impl_lay_out(&laid, image, at->x.data + s * at->x.row_step);
        for (size_t g = 0; g < groups; g++) {
            const size_t f = g * (filters / groups);
            wi_mat out = {sums + f * laid.out_plane, filters / groups, laid.run, laid.out_plane, 1};
            wi_impl_gemm_walk(&out, layer->b.cols ? bias + f * WI_IMPL_COPIES : NULL,
                              layer->w.data + f * taps, taps,
                              image + g * (laid.channels / groups) * images, steps, taps);
        }
        wi_mat sum = {sums, laid.rows, laid.cols, laid.pitch, 1};
        wi_mat pre = wi_mat_view(at->pre.data + s * at->pre.row_step, sum.rows, sum.cols);
        wi_impl_move_planes(&pre, places, &sum, laid.out_plane, filters, 0);
    }
}

/* Sum in double, in four chains that need not wait for each other. */
static double wi_impl_sum(const wi_real *x, size_t n)
{
    double sum[4] = {0, 0, 0, 0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t k = 0; k < 4; k++) sum[k] += (double)x[i + k];
    for (; i < n; i++) sum[0] += (double)x[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* The gradients of all filters in the taps [from, to) of a group, of those that there are, sample by sample;
   of the biases as well with the first tap. */
static void wi_impl_conv_weights(const wi_impl_work *at, size_t from, size_t to)
{
    wi_layer *layer = at->layer;
    const wi_impl_laid laid = wi_impl_laid_of(layer, 0);
    const size_t groups = layer->desc.groups, filters = layer->desc.units / groups, taps = layer->w.cols;
    const size_t places = laid.rows * laid.cols, images = laid.phases * laid.phases * laid.plane;
    const size_t most = wi_impl_taps_at_once(layer);
    wi_impl_stride *where = (wi_impl_stride *)(void *)at->scratch;
    wi_real *image = at->scratch + wi_impl_table_count(taps), *runs = image + wi_impl_laid_count(&laid);
    memset(image, 0, wi_impl_laid_count(&laid) * sizeof *image);
    wi_impl_taps_of(layer, &laid, where);
    for (size_t s = 0; s < at->x.rows && from < to; s++) {
        const wi_real *dpre = at->dpre.data + s * at->dpre.row_step;   /* [filters][places] */
        wi_impl_lay_out(&laid, image, at->x.data + s * at->x.row_step);
        for (size_t f = 0; f < layer->b.cols && from == 0; f++)
            layer->db.data[f] += (wi_real)wi_impl_sum(dpre + f * places, places);
        for (size_t g = 0; g < groups; g++) {
            const wi_mat d = wi_mat_view_const(dpre + g * filters * places, filters, places);
            for (size_t k = from, n; k < to; k += n) {
                n = wi_impl_min(most, to - k);
                for (size_t t = 0; t < n; t++) {
                    wi_real *first = image + g * (laid.channels / groups) * images + where[k + t].b;
                    wi_mat run = {first, laid.rows, laid.cols, laid.pitch, 1};
                    wi_mat copy = wi_mat_view(runs + t * places, laid.rows, laid.cols);
                    WI_IMPL_WIDEST(wi_impl_move)(&copy, &run, 0);
                }
                const wi_mat dw = wi_impl_part(layer->dw, g * filters, k, filters, n);
                const wi_mat x_t = wi_mat_transpose(wi_mat_view(runs, n, places));
                wi_impl_gemm(&dw, &dw, &d, &x_t);
            }
        }
    }
}

/* The pixels of a phase of dx lie stride apart, and gather by the taps that do. The tables of all phases, one
   behind the other: dx at q gathers from window q - i / stride. */
static void wi_impl_phases_of(const wi_layer *layer, const wi_impl_laid *laid, size_t stride,
                              wi_impl_stride *taps)
{
    const size_t kernel = layer->desc.kernel, filters = layer->desc.units / layer->desc.groups;
    const size_t across = wi_impl_min(stride, kernel);
    for (size_t phase = 0; phase < across * across; phase++) {
        wi_impl_stride *first = taps;
        for (size_t f = 0; f < filters; f++)
            for (size_t i = phase / across; i < kernel; i += stride)
                for (size_t j = phase % across; j < kernel; j += stride, taps++) {
                    const size_t y = laid->span - i / stride, x = laid->span - j / stride;
                    taps->a = (ptrdiff_t)(f * layer->w.cols + i * kernel + j);
                    taps->b = (ptrdiff_t)(f * laid->plane + y * laid->pitch + x);
                }
        wi_impl_distances(first, (size_t)(taps - first));
    }
}

static void wi_impl_conv_inputs(const wi_impl_work *at)
{
    const wi_layer *layer = at->layer;
    const wi_impl_laid laid = wi_impl_laid_of(layer, 1);
    const size_t kernel = layer->desc.kernel, stride = wi_impl_laid_of(layer, 0).stride;
    const size_t across = wi_impl_min(stride, kernel), area = kernel * kernel, taps = layer->w.cols;
    const size_t groups = layer->desc.groups, filters = layer->desc.units / groups;
    const size_t channels = layer->in.channels / groups, height = layer->in.height, width = layer->in.width;
    const size_t padding = layer->desc.padding, low = padding / stride, lead = stride - padding % stride;
    wi_real *image = at->scratch + wi_impl_table_count(filters * area);
    wi_real *sums = image + wi_impl_laid_count(&laid);
    memset(image, 0, wi_impl_laid_count(&laid) * sizeof *image);
    wi_impl_phases_of(layer, &laid, stride, (wi_impl_stride *)(void *)at->scratch);
    for (size_t s = 0; s < at->x.rows; s++) {
        const wi_impl_stride *steps = (wi_impl_stride *)(void *)at->scratch;
        wi_real *dx = at->dx.data + s * at->dx.row_step;
        if (across < stride && !at->add) memset(dx, 0, layer->inputs * sizeof *dx);
        wi_impl_lay_out(&laid, image, at->dpre.data + s * at->dpre.row_step);
        for (size_t number = 0; number < across * across; number++) {
            const size_t i = number / across, j = number % across, before = laid.span * (laid.pitch + 1);
            const size_t terms = filters * ((kernel - 1 - i) / stride + 1) * ((kernel - 1 - j) / stride + 1);
            const size_t y = (i + lead) % stride, x = (j + lead) % stride;   /* the first pixel */
            const size_t row = (y + padding) / stride - low, col = (x + padding) / stride - low;
            const int some = y < height && x < width;
            for (size_t g = 0; g < groups && some; g++) {
                wi_mat out = {sums + g * channels * laid.out_plane, channels, laid.run, laid.out_plane, 1};
                const wi_real *w = layer->w.data + g * filters * taps + i * kernel + j;
                wi_impl_gemm_walk(&out, NULL, w, area, image + g * filters * laid.plane + before, steps,
                                  terms);
            }
            steps += terms;
            if (!some) continue;
            wi_mat of = {sums + row * laid.pitch + col, (height - 1 - y) / stride + 1,
                         (width - 1 - x) / stride + 1, laid.pitch, 1};
            wi_mat to = {dx + y * width + x, of.rows, of.cols, stride * width, stride};
            wi_impl_move_planes(&to, height * width, &of, laid.out_plane, layer->in.channels, at->add);
        }
    }
}

static void wi_impl_conv_backward(const wi_impl_work *at)
{
    if (!at->apart) wi_impl_conv_weights(at, 0, at->layer->w.cols);
    if (at->dx.data) wi_impl_conv_inputs(at);
}

/* ---- Pooling ---------------------------------------------------------------
   Both kinds work plane by plane: out [out height][out width] from image [height][width]. */

WI_API wi_layer_desc wi_layer_max_pool(size_t size)
{
    return wi_impl_layer_desc(WI_LAYER_MAX_POOL, 0, size, wi_linear());
}

WI_API wi_layer_desc wi_layer_avg_pool(size_t size)
{
    return wi_impl_layer_desc(WI_LAYER_AVG_POOL, 0, size, wi_linear());
}

/* Every window must show some of the image; the mean of a whole one has nothing to step over or to pad. */
WI_IMPL_RARE static wi_status wi_impl_pool_plan(wi_impl_plan *plan, wi_layer *layer)
{
    const wi_layer_desc *desc = &layer->desc;
    if (desc->kind == WI_LAYER_AVG_POOL && desc->kernel == 0) {
        layer->out = wi_impl_image(layer->in.channels, 1, 1);
        if (!desc->padding && !desc->stride) return WI_OK;
        return wi_impl_misfit(plan, WI_ERR_ARG, "a window of the whole image (kernel 0) has no %s",
                              desc->padding ? "padding" : "stride");
    }
    wi_status status = wi_impl_window_plan(plan, layer, layer->in.channels);
    if (status == WI_OK && desc->padding > desc->kernel / 2)
        return wi_impl_misfit(plan, WI_ERR_SHAPE, "padding %zu is more than half of window %zu",
                              desc->padding, desc->kernel);
    return status;
}

/* The pixels along one side that a window covers: [first, last). */
typedef struct wi_impl_range { size_t first, last; } wi_impl_range;

static wi_impl_range wi_impl_under(size_t position, wi_impl_window window, size_t length)
{
    size_t start = position * window.stride;
    wi_impl_range range = {start < window.padding ? 0 : start - window.padding,
                           wi_impl_min(start + window.size - window.padding, length)};
    return range;
}

/* Padding counts as zeros in the mean, so a window always divides by its full area (PyTorch's default). */
static double wi_impl_pool_area(const wi_layer *layer)
{
    double kernel = wi_impl_num(layer->desc.kernel);
    return kernel > 0 ? kernel * kernel : wi_impl_num(layer->in.height * layer->in.width);
}

/* One window of height x width pixels, from x[0] on, rows `step` apart: *y becomes their mean or the largest;
   or, `back`, all pixels get equal shares of the gradient *y, or the first of the largest gets it all. A NaN
   wins, so that it is seen. Which pixel is largest cannot be predicted, so there is no branch on it. */
WI_IMPL_INLINE void wi_impl_pool_window(int mean, int back, wi_real *y, wi_real *dx, const wi_real *x,
                                        size_t step, size_t height, size_t width, double area)
{
    wi_real top = x[0], share = back ? (wi_real)((double)*y / area) : 0;
    size_t best = 0;
    int nan = 0;
    double sum = 0;
    for (size_t i = 0; i < height; i++)
        for (size_t j = i * step; j < i * step + width; j++) {
            sum += (double)x[j];
            if (mean && back) dx[j] += share;
            if (mean) continue;
            best = x[j] > top ? j : best;
            top = x[j] > top ? x[j] : top;
            nan |= x[j] != x[j];
        }
    if (!back) *y = mean ? (wi_real)(sum / area) : nan ? (wi_real)WI_IMPL_NAN : top;
    else if (!mean) dx[best] += *y;
}

#ifdef WI_IMPL_SHUFFLE
/* The same for four 2 x 2 windows in a row that share no pixel: their maxima; or dx of all 16 pixels. */
WI_IMPL_INLINE void wi_impl_pool_four(int back, wi_real *y, wi_real *dx, const wi_real *x, size_t step)
{
    typedef int mask __attribute__((__vector_size__(16)));
    wi_impl_quad pixel[4], low, high, top, left;
    for (size_t i = 0; i < 2; i++) {
        memcpy(&low, x + i * step, sizeof low);
        memcpy(&high, x + i * step + 4, sizeof high);
        pixel[2 * i] = WI_IMPL_SHUFFLE(low, high, 0, 2, 4, 6);
        pixel[2 * i + 1] = WI_IMPL_SHUFFLE(low, high, 1, 3, 5, 7);
    }
    top = pixel[0];
    for (size_t i = 1; i < 4; i++) {
        mask take = (pixel[i] > top) | (pixel[i] != pixel[i]);
        top = (wi_impl_quad)((take & (mask)pixel[i]) | (~take & (mask)top));
    }
    if (!back) memcpy(y, &top, sizeof top);
    else memcpy(&left, y, sizeof left);
    for (size_t i = 0; back && i < 4; i++) {   /* what is left of y goes to the first that is top */
        mask less = pixel[i] < top;
        pixel[i] = (wi_impl_quad)(~less & (mask)left);
        left = (wi_impl_quad)(less & (mask)left);
    }
    for (size_t i = 0; back && i < 2; i++) {
        low = WI_IMPL_SHUFFLE(pixel[2 * i], pixel[2 * i + 1], 0, 4, 1, 5);
        high = WI_IMPL_SHUFFLE(pixel[2 * i], pixel[2 * i + 1], 2, 6, 3, 7);
        memcpy(dx + i * step, &low, sizeof low);
        memcpy(dx + i * step + 4, &high, sizeof high);
    }
}

/* Where all windows of a sample are such, row by row; the last four of a row may overlap those before. */
WI_IMPL_INLINE void wi_impl_pool_fours(const wi_layer *layer, int back, wi_real *y, wi_real *dx,
                                       const wi_real *x)
{
    const size_t step = layer->in.width, n = layer->out.width, odd = layer->in.height % 2;
    for (size_t c = 0, first = 0; c < layer->in.channels; c++, first += odd * step)
        for (size_t r = 0; r < layer->out.height; r++, first += 2 * step, y += n)
            for (size_t k = 0; k < n; k += 4) {
                if (n - k < 4) k = n - 4;
                wi_impl_pool_four(back, y + k, back ? dx + first + 2 * k : NULL, x + first + 2 * k, step);
            }
}
#define WI_IMPL_IS_FOURS(layer, window)                                                                      \
    ((layer)->desc.kind == WI_LAYER_MAX_POOL && (window).size == 2 && (window).stride == 2                   \
     && (window).padding == 0 && (layer)->out.width >= 4)
#else
#define WI_IMPL_IS_FOURS(layer, window) 0
#define wi_impl_pool_fours(layer, back, y, dx, x) (void)0
#endif

/* Do all windows of all samples; `out` is pre or dpre. The usual ones, of 2 x 2, are unrolled on the way
   forward. */
WI_IMPL_INLINE void wi_impl_pool(const wi_impl_work *at, wi_mat out, int back)
{
    const wi_layer *layer = at->layer;
    wi_impl_window window = wi_impl_window_of(layer);
    const int fours = WI_IMPL_IS_FOURS(layer, window) && !(back && at->add);
    const int covered = fours && layer->in.width % 2 == 0 && layer->in.height % 2 == 0;
    size_t step = layer->in.width, plane = layer->in.height * step, places = layer->out.height;
    double area = wi_impl_pool_area(layer);
    int mean = layer->desc.kind == WI_LAYER_AVG_POOL;
    for (size_t s = 0; s < out.rows; s++) {
        const wi_real *x = at->x.data + s * at->x.row_step;
        wi_real *y = out.data + s * out.row_step, *dx = back ? at->dx.data + s * at->dx.row_step : NULL;
        if (back && !at->add && !covered) memset(dx, 0, layer->inputs * sizeof *dx);
        if (fours) wi_impl_pool_fours(layer, back, y, dx, x);
        for (size_t r = 0; !fours && r < layer->in.channels * places; r++) {   /* all rows of all channels */
            wi_impl_range rows = wi_impl_under(r % places, window, layer->in.height);
            for (size_t k = 0; k < layer->out.width; k++, y++) {
                wi_impl_range cols = wi_impl_under(k, window, step);
                size_t first = r / places * plane + rows.first * step + cols.first;
                size_t height = rows.last - rows.first, width = cols.last - cols.first;
                wi_real *to = back ? dx + first : NULL;
                int two = !back && height == 2 && width == 2;
                if (mean && two) wi_impl_pool_window(1, 0, y, to, x + first, step, 2, 2, area);
                else if (mean) wi_impl_pool_window(1, back, y, to, x + first, step, height, width, area);
                else if (two) wi_impl_pool_window(0, 0, y, to, x + first, step, 2, 2, area);
                else wi_impl_pool_window(0, back, y, to, x + first, step, height, width, area);
            }
        }
    }
}

static void wi_impl_pool_forward(const wi_impl_work *at) { wi_impl_pool(at, at->pre, 0); }
static void wi_impl_pool_backward(const wi_impl_work *at)
{
    if (at->dx.data) wi_impl_pool(at, at->dpre, 1);
}

/* A point of a density: a value f(z), its share of the whole, and f'(z)^2. */
typedef struct wi_impl_point { double f, share, slope; } wi_impl_point;

/* The greatest of k values f(z), z ~ N(mean, std^2), all independent. Sorted, P(max <= f_j) is the k-th power
   of the share W_j up to there, and E g(max) the sum of g(f_j) (W_j^k - W_{j-1}^k). Added to m: E max, its
   square, E f'^2 where the maximum is, and E f'^2 everywhere, all times `weight`. */
WI_IMPL_RARE static void wi_impl_max_given(wi_act act, double k, double mean, double std, double weight,
                                           double *m)
{
    enum { POINTS = 101 };
    wi_impl_point at[POINTS];
    double sum = 0.0, below = 0.0, share = 0.0, top = 0.0;
    for (int j = 0; j < POINTS; j++) {
        double v = 0.1 * (j - POINTS / 2), z = mean + std * v;
        at[j].f = wi_impl_act_value(&act, z);
        at[j].slope = pow(wi_impl_act_slope(&act, z), 2.0);
        sum += at[j].share = exp(-0.5 * v * v);
    }
    qsort(at, POINTS, sizeof *at, wi_impl_ascending);   /* by f, which comes first */
    for (int j = 0; j < POINTS; j++) {
        share += at[j].share / sum;
        double upto = pow(share, k), part = upto - below;
        below = upto;
        top += part * at[j].f;
        m[1] += weight * part * at[j].f * at[j].f;
        m[2] += weight * part * at[j].slope;
        m[3] += weight * at[j].share / sum * at[j].slope;
    }
    m[0] += weight * top;
    m[4] += weight * top * top;
}

/* `alike` of two pixels of a window that are not the same. */
static double wi_impl_apart(const wi_impl_wave_at *at, double pixels)
{
    return (at->alike * pixels - 1.0) / (pixels - 1.0);
}

/* E f(z) f(z') of two pixels of a window. */
WI_IMPL_RARE static double wi_impl_pixels_product(const wi_impl_wave_at *at, double area)
{
    double square = at->z.mean * at->z.mean, std = wi_impl_signal_std(at->z.second - square);
    double c = (at->z.product - square) * wi_impl_apart(at, area) / (std * std), product[WI_IMPL_MOMENTS];
    wi_impl_gauss over = wi_impl_act_averages(&at->source->desc.act, at->z.mean, std);
    wi_impl_act_product(&over, fmax(-1.0, fmin(1.0, c)), at->measured, product);
    return product[0];
}

/* The pixels under a window are what the same weights make of different inputs, so they correlate as two
   samples do: z = mean + std (sqrt(c) u + sqrt(1 - c) v), u common to all and v a pixel's own. Given u they
   are independent, and so are two samples: E y y' = E_u (E y)^2 (AutoInit: Bingham and Miikkulainen 2023). */
WI_IMPL_RARE static double wi_impl_max_theory(const wi_impl_wave_at *at, wi_impl_wave *z)
{
    wi_act act = at->source ? at->source->desc.act : wi_linear();
    double square = at->z.mean * at->z.mean, std = wi_impl_signal_std(at->z.second - square);
    double var = std * std, sum = 0.0;
    double taps = fmax(wi_impl_pool_area(at->layer) * at->cover, 1.0), m[5] = {0.0};
    double c = taps > 1.0 ? (at->z.product - square) * wi_impl_apart(at, taps) / var : 0.0;
    c = fmax(0.0, fmin(1.0, c));
    for (int j = -12; j <= 12; j++) sum += exp(-0.125 * j * j);
    for (int j = -12; j <= 12; j++)
        wi_impl_max_given(act, taps, at->z.mean + std * sqrt(c) * 0.5 * j, std * sqrt(1.0 - c),
                          exp(-0.125 * j * j) / sum, m);
    double varied = at->x.second - at->x.mean * at->x.mean, left = m[1] - m[0] * m[0];
    double ratio = varied > 0.0 ? left / varied : 0.0;
    z->mean = m[0];
    z->second = m[1];
    z->product = m[4];   /* of two samples, about */
    z->units = m[0] * m[0] + ratio * (at->x.units - at->x.mean * at->x.mean);
    z->pair = m[0] * m[0] + ratio * (at->x.pair - at->x.mean * at->x.mean);
    /* the slope at a maximum is another than elsewhere */
    double slopes = m[3] > 0.0 ? m[2] / m[3] : 1.0;
    return wi_impl_num(at->layer->outputs) / wi_impl_num(at->layer->inputs) * slopes;
}

/* Of a window's area, what lies on the image: the mean of that share and of its square. Padding is 0. */
WI_IMPL_RARE static void wi_impl_pool_shares(const wi_layer *layer, double *share)
{
    wi_impl_window window = wi_impl_window_of(layer);
    share[0] = share[1] = 1.0;
    for (int axis = 0; axis < 2 && window.padding > 0; axis++) {
        size_t places = axis ? layer->out.width : layer->out.height;
        double part = 0.0, squares = 0.0;
        for (size_t place = 0; place < places; place++) {
            wi_impl_range range = wi_impl_under(place, window, axis ? layer->in.width : layer->in.height);
            double on = wi_impl_num(range.last - range.first);
            on /= wi_impl_num(window.size) * wi_impl_num(places);
            part += on;
            squares += on * on * wi_impl_num(places);
        }
        share[0] *= part;
        share[1] *= squares;
    }
}

WI_IMPL_RARE static double wi_impl_pool_theory(const wi_impl_wave_at *at, wi_impl_wave *z)
{
    double area = wi_impl_pool_area(at->layer), share[2];
    if (at->layer->desc.kind == WI_LAYER_MAX_POOL) return wi_impl_max_theory(at, z);
    wi_impl_pool_shares(at->layer, share);
    double pixels = at->alike < 1.0 ? wi_impl_pixels_product(at, area * share[1] / share[0]) : z->product;
    z->mean *= share[0];
    z->second = share[1] * pixels + share[0] * (z->second - pixels) / area;
    z->units = share[1] * z->pair + share[0] * (z->units - z->pair) / area;
    z->product *= share[1];
    z->pair *= share[1];
    return (at->layer->desc.kernel ? at->cover : 1.0) / (area * area);
}

/* ---- Norms -----------------------------------------------------------------
   xhat = (x - mean) / sqrt(var + epsilon),  pre = gamma xhat + beta.  Batch norm takes mean and variance over
   the batch (and the pixels) of each channel, layer norm over the features of each sample. With
   g = gamma dpre, the gradient is

       dx = (g - mean(g) - xhat mean(g xhat)) / std

   since x moves its own mean and variance; the two means vanish where the statistics are constants.

   Both work on runs of neighbours, 16 lanes at once. For batch norm a lane is a channel where a sample has
   one value of each, else all lanes are pixels of one channel. Sums are in double, lane by lane, of
   differences from one of the values, so that one pass gives the variance without cancelling; means are kept
   in two parts, hi + lo, so that x - mean is right however far from 0 it lies. */

#define WI_IMPL_NORM_EPSILON  1e-5
#define WI_IMPL_NORM_MOMENTUM 0.1

typedef struct wi_impl_norm_job {
    const wi_real *x, *d;             /* `outer` runs of `inner` numbers, the steps apart; d: dpre */
    wi_real *to;                      /* pre or dx */
    size_t outer, inner, x_step, d_step, to_step;
    size_t sets;                      /* up to 16 with a lane each, or one with all lanes */
    double n;                         /* numbers in a set */
    const wi_real *gamma, *beta;      /* of each lane or, if they walk along a run, [inner] */
    int walk, add;
    wi_real hi[16], lo[16], inverse[16], w[16], bias[16], b[16], c[16];
    double sum[16], product[16];      /* results */
} wi_impl_norm_job;

enum { WI_IMPL_NORM_MOMENTS, WI_IMPL_NORM_FORWARD, WI_IMPL_NORM_SUMS, WI_IMPL_NORM_BACK };

/* n <= 16 neighbours, from number j of a run on; xc = x - mean. */
WI_IMPL_INLINE void wi_impl_norm_block(int what, int fused, wi_impl_norm_job *job, size_t i, size_t j,
                                       size_t n)
{
    const wi_real *x = job->x + i * job->x_step + j, *d = job->d ? job->d + i * job->d_step + j : x;
    const wi_real *gamma = job->gamma + (job->walk ? j : 0), *beta = job->beta + (job->walk ? j : 0);
    wi_real out[16], *to = job->to ? job->to + i * job->to_step + j : out;
    for (size_t l = 0; l < n; l++) {
        wi_real xc = (x[l] - job->hi[l]) - job->lo[l];
        if (what == WI_IMPL_NORM_MOMENTS) {
            double v = (double)x[l] - (double)job->hi[l];
            job->sum[l] += v;
            job->product[l] = wi_impl_maddd(fused, v, v, job->product[l]);
        } else if (what == WI_IMPL_NORM_FORWARD) {
            out[l] = wi_impl_maddr(fused, gamma[l] * job->inverse[l], xc, beta[l]);
        } else if (what == WI_IMPL_NORM_SUMS) {
            wi_real g = job->walk ? d[l] * gamma[l] : d[l];
            job->sum[l] += (double)g;
            job->product[l] = wi_impl_maddd(fused, (double)g, (double)xc, job->product[l]);
        } else {
            out[l] = wi_impl_maddr(fused, gamma[l] * job->inverse[l], d[l],
                                   wi_impl_maddr(fused, job->b[l], xc, job->c[l]));
            if (job->add) out[l] += to[l];
        }
    }
    if (what == WI_IMPL_NORM_FORWARD || what == WI_IMPL_NORM_BACK) memcpy(to, out, n * sizeof *to);
}

WI_IMPL_INLINE void wi_impl_norm_walk(int what, int fused, wi_impl_norm_job *job)
{
    for (size_t i = 0; i < job->outer; i++) {
        size_t j = 0;
        for (; j + 16 <= job->inner; j += 16) wi_impl_norm_block(what, fused, job, i, j, 16);
        if (j < job->inner) wi_impl_norm_block(what, fused, job, i, j, job->inner - j);
    }
}

#define WI_IMPL_NORM_RUN(name, TARGET, FUSED)                                                                \
TARGET static void name(int what, wi_impl_norm_job *job)                                                     \
{                                                                                                            \
    if (WI_IMPL_IS_RARE(FUSED)) wi_impl_norm_walk(what, FUSED, job);                                         \
    else if (what == WI_IMPL_NORM_MOMENTS) wi_impl_norm_walk(WI_IMPL_NORM_MOMENTS, FUSED, job);              \
    else if (what == WI_IMPL_NORM_FORWARD) wi_impl_norm_walk(WI_IMPL_NORM_FORWARD, FUSED, job);              \
    else if (what == WI_IMPL_NORM_SUMS) wi_impl_norm_walk(WI_IMPL_NORM_SUMS, FUSED, job);                    \
    else wi_impl_norm_walk(WI_IMPL_NORM_BACK, FUSED, job);                                                   \
}
WI_IMPL_STAMP(WI_IMPL_NORM_RUN, wi_impl_norm_bodies)

static void wi_impl_norm_run(int what, wi_impl_norm_job *job)
{
    memset(job->sum, 0, sizeof job->sum);
    memset(job->product, 0, sizeof job->product);
    WI_IMPL_WIDEST(wi_impl_norm_bodies)(what, job);
}

/* The sum that belongs to set k. */
static double wi_impl_norm_fold(const wi_impl_norm_job *job, const double *lanes, size_t k)
{
    double sum = 0;
    for (size_t l = 0; job->sets == 1 && l < 16; l++) sum += lanes[l];
    return job->sets == 1 ? sum : lanes[k];
}

/* Mean and variance of set k, after WI_IMPL_NORM_MOMENTS. */
static void wi_impl_norm_moments(const wi_impl_norm_job *job, size_t k, double *mean, double *var)
{
    double shift = wi_impl_norm_fold(job, job->sum, k) / job->n;
    *mean = (double)job->hi[k] + shift;
    *var = wi_impl_norm_fold(job, job->product, k) / job->n - shift * shift;
    if (*var < 0) *var = 0;
}

/* The same of one unit of a signal, [rows][units][plane]. */
static void wi_impl_norm_of(wi_mat signal, size_t rows, size_t unit, size_t plane, double *mean, double *var)
{
    wi_impl_norm_job job;
    memset(&job, 0, sizeof job);
    job.x = job.gamma = job.beta = signal.data + unit * plane;
    job.x_step = signal.row_step;
    job.outer = rows;
    job.inner = plane;
    job.sets = 1;
    job.n = wi_impl_num(rows) * wi_impl_num(plane);
    for (size_t l = 0; l < 16; l++) job.hi[l] = job.x[0];
    wi_impl_norm_run(WI_IMPL_NORM_MOMENTS, &job);
    wi_impl_norm_moments(&job, 0, mean, var);
}

WI_API wi_layer_desc wi_layer_batch_norm(void)
{
    return wi_impl_layer_desc(WI_LAYER_BATCH_NORM, 0, 0, wi_linear());
}

WI_API wi_layer_desc wi_layer_layer_norm(void)
{
    return wi_impl_layer_desc(WI_LAYER_LAYER_NORM, 0, 0, wi_linear());
}

WI_IMPL_RARE static wi_status wi_impl_norm_plan(wi_impl_plan *plan, wi_layer *layer)
{
    int batch = layer->desc.kind == WI_LAYER_BATCH_NORM;
    size_t features = batch ? layer->in.channels : layer->inputs;
    layer->state_count = batch ? wi_impl_mul(2, features) : 0;
    layer->saved_count = wi_impl_mul(3, batch ? features : plan->net->max_batch);
    wi_impl_plan_params(layer, wi_dense(1, features), 1, features, features);
    return WI_OK;
}

/* Where set k begins in a signal: channel k of the first sample, or sample k. */
static wi_real *wi_impl_norm_at(const wi_layer *layer, wi_mat signal, size_t k)
{
    return signal.data + k * (layer->state ? layer->in.height * layer->in.width : signal.row_step);
}

/* Prepare for the sets that run together from number `first` on: up to 16 channels with a lane each, or one
   alone; or one sample. Returns how many they are; 0: there are no more. */
static size_t wi_impl_norm_begin(const wi_impl_work *at, size_t first, wi_impl_norm_job *job)
{
    const wi_layer *layer = at->layer;
    int batch = layer->state != NULL;
    size_t plane = layer->in.height * layer->in.width, all = batch ? layer->in.channels : at->x.rows;
    memset(job, 0, sizeof *job);
    job->sets = batch && plane == 1 ? wi_impl_min(16, all - first) : first < all;
    job->x = wi_impl_norm_at(layer, at->x, first);
    job->x_step = at->x.row_step;
    job->outer = batch ? at->x.rows : 1;
    job->inner = batch ? job->sets * plane : layer->inputs;
    job->n = wi_impl_num(job->outer) * wi_impl_num(batch ? plane : layer->inputs);
    job->walk = !batch;
    job->gamma = batch ? job->w : layer->w.data;
    job->beta = batch ? job->bias : layer->b.data;
    for (size_t l = 0; l < 16 && job->sets; l++) {
        size_t k = wi_impl_min(l, job->sets - 1);
        job->hi[l] = job->x[k];
        job->w[l] = batch ? layer->w.data[first + k] : 0;
        job->bias[l] = batch ? layer->b.data[first + k] : 0;
    }
    return job->sets;
}

/* Let each lane work with the statistics of its set, three numbers: hi + lo = mean, and 1 / std. */
static WI_IMPL_APART void wi_impl_norm_lanes(wi_impl_norm_job *job, const wi_real *saved)
{
    for (size_t l = 0; l < 16; l++) {
        const wi_real *set = saved + 3 * wi_impl_min(l, job->sets - 1);
        job->hi[l] = set[0];
        job->lo[l] = set[1];
        job->inverse[l] = set[2];
    }
}

/* The statistics of set k: of what has been summed, or in evaluation, for a batch norm, what training has
   seen. The running variance is the unbiased one. */
static void wi_impl_norm_statistics(const wi_impl_work *at, const wi_impl_norm_job *job, size_t first,
                                    size_t k, wi_real *set)
{
    double mean, var, n = job->n;
    wi_real *running_mean = job->walk ? NULL : at->layer->state + first + k;
    wi_real *running_var = job->walk ? NULL : running_mean + at->layer->in.channels;
    if (running_mean && at->net->mode == WI_EVAL) {
        mean = (double)*running_mean;
        var = (double)*running_var;
    } else {
        wi_impl_norm_moments(job, k, &mean, &var);
        if (running_mean && wi_impl_finite(mean)) {   /* a batch with NaN fails, and is not remembered */
            *running_mean += (wi_real)(WI_IMPL_NORM_MOMENTUM * (mean - (double)*running_mean));
            *running_var += (wi_real)(WI_IMPL_NORM_MOMENTUM * (var * n / (n - 1) - (double)*running_var));
        }
    }
    set[0] = (wi_real)mean;
    set[1] = (wi_real)(mean - (double)set[0]);
    set[2] = (wi_real)(1 / sqrt(var + WI_IMPL_NORM_EPSILON));
}

static void wi_impl_norm_forward(const wi_impl_work *at)
{
    const wi_layer *layer = at->layer;
    wi_impl_norm_job job;
    for (size_t first = 0; wi_impl_norm_begin(at, first, &job) > 0; first += job.sets) {
        wi_real saved[16 * 3];
        if (job.walk || at->net->mode == WI_TRAIN) wi_impl_norm_run(WI_IMPL_NORM_MOMENTS, &job);
        for (size_t k = 0; k < job.sets; k++) wi_impl_norm_statistics(at, &job, first, k, saved + 3 * k);
        if (layer->saved) memcpy(layer->saved + 3 * first, saved, 3 * job.sets * sizeof *saved);
        wi_impl_norm_lanes(&job, saved);
        job.to = wi_impl_norm_at(layer, at->pre, first);
        job.to_step = at->pre.row_step;
        wi_impl_norm_run(WI_IMPL_NORM_FORWARD, &job);
    }
}

/* dx = a d + b xc + c, where a = gamma / std and b and c come from two sums over the set. */
static void wi_impl_norm_backward(const wi_impl_work *at)
{
    const wi_layer *layer = at->layer;
    double moves = !layer->state || at->net->mode == WI_TRAIN;
    wi_impl_norm_job job;
    for (size_t first = 0; wi_impl_norm_begin(at, first, &job) > 0; first += job.sets) {
        wi_impl_norm_lanes(&job, layer->saved + 3 * first);
        job.d = wi_impl_norm_at(layer, at->dpre, first);
        job.d_step = at->dpre.row_step;
        for (size_t j = 0; job.walk && j < job.inner; j++) {   /* here a gamma meets a feature */
            wi_real xhat = ((job.x[j] - job.hi[0]) - job.lo[0]) * job.inverse[0];
            layer->db.data[j] += job.d[j];
            layer->dw.data[j] = wi_impl_maddr(0, job.d[j], xhat, layer->dw.data[j]);
        }
        wi_impl_norm_run(WI_IMPL_NORM_SUMS, &job);
        for (size_t l = 0; l < 16; l++) {
            size_t k = wi_impl_min(l, job.sets - 1);
            double sum = wi_impl_norm_fold(&job, job.sum, k);
            double product = wi_impl_norm_fold(&job, job.product, k);
            double inverse = (double)job.inverse[l], a = job.walk ? inverse : (double)job.w[l] * inverse;
            job.b[l] = (wi_real)(-moves * a * inverse * inverse * product / job.n);
            job.c[l] = (wi_real)(-moves * a * sum / job.n);
            if (job.walk || l >= job.sets) continue;
            layer->db.data[first + l] += (wi_real)sum;
            layer->dw.data[first + l] += (wi_real)(product * inverse);
        }
        if (!at->dx.data) continue;
        job.add = at->add;
        job.to = wi_impl_norm_at(layer, at->dx, first);
        job.to_step = at->dx.row_step;
        wi_impl_norm_run(WI_IMPL_NORM_BACK, &job);
    }
}

/* 1 / variance as gradients meet it. Units of an activated layer vary around means of their own, which lie
   `apart`: one that is nearly always at rest varies little, and passes on large gradients where it does. So
   it is the mean over units of E f'^2 / Var f, over that of E f'^2, by the sum at even steps. */
WI_IMPL_RARE static double wi_impl_norm_inverse(const wi_impl_wave_at *at, double var)
{
    double apart = at->alike * (at->z.product - at->z.mean * at->z.mean), sum = 0, all = 0;
    double within = at->z.second - at->z.mean * at->z.mean - apart;
    if (!at->source || at->source->desc.act.kind == WI_ACT_LINEAR || !(apart > 0) || !(within > 0))
        return 1 / var;
    for (int k = -8; k <= 8; k++) {
        double mass = exp(-k * k / 8.0), mean = at->z.mean + 0.5 * k * sqrt(apart);
        wi_impl_gauss over = wi_impl_act_averages(&at->source->desc.act, mean, sqrt(within));
        double slope = mass * over.m[WI_IMPL_D2];
        sum += slope / (over.m[WI_IMPL_F2] - over.m[WI_IMPL_F] * over.m[WI_IMPL_F] + WI_IMPL_NORM_EPSILON);
        all += slope;
    }
    return all > 0 ? sum / all : 1 / var;
}

/* A set has mean 0 and variance 1, whatever came in. Sets of batch norm go over the samples: two of those do
   not correlate any more, but for what differs between the pixels, and two units do as they did. Sets of
   layer norm go over the units, and it is the other way round. */
WI_IMPL_RARE static double wi_impl_norm_theory(const wi_impl_wave_at *at, wi_impl_wave *z)
{
    int batch = at->layer->state_count > 0;
    double mean = at->x.mean * at->x.mean;   /* all pixels have that in common */
    double shared = batch ? mean + at->alike * (at->x.product - mean) : at->x.units;
    double others = batch ? at->x.units : at->x.product;
    double var = at->x.second - shared, alike = var > 0.0 ? (others - at->x.pair) / var : !batch;
    double square = at->w_mean * at->w_mean, gamma = at->w_var + square;
    double left = var > 0.0 ? (at->x.product - shared) / var : 0.0;
    if (!batch && at->layer->inputs == 1) gamma = 0.0;   /* a feature alone is its own mean */
    z->mean = at->b_mean;
    z->pair = at->b_mean * at->b_mean;
    z->units = z->pair + (batch ? square * alike : 0.0);
    z->product = z->pair + at->b_var + gamma * (batch ? left : alike);
    z->second = z->pair + at->b_var + gamma;
    z->spread = 0.0;
    return var <= 0.0 ? 0.0 : gamma * (batch ? wi_impl_norm_inverse(at, var) : 1 / var);
}

/* ---- Dropout ---------------------------------------------------------------
   In training pre = x m with m = 1 / (1 - rate) or, with probability `rate`, 0: the mean stays. */

WI_API wi_layer_desc wi_layer_dropout(double rate)
{
    wi_layer_desc desc = wi_impl_layer_desc(WI_LAYER_DROPOUT, 0, 0, wi_linear());
    desc.rate = rate;
    return desc;
}

WI_IMPL_RARE static wi_status wi_impl_dropout_plan(wi_impl_plan *plan, wi_layer *layer)
{
    layer->saved_count = wi_impl_mul(plan->net->max_batch, layer->inputs);   /* m */
    if (layer->desc.rate >= 0 && layer->desc.rate < 1) return WI_OK;
    return wi_impl_misfit(plan, WI_ERR_ARG, "rate %g is not in [0, 1)", layer->desc.rate);
}

/* An element is kept where its own uniform number is at most 1 - rate. */
static void wi_impl_dropout_forward(const wi_impl_work *at)
{
    wi_real keep = (wi_real)(1 - at->layer->desc.rate), *m = at->layer->saved;
    wi_rng rng = wi_rng_split(at->net->noise, at->index);
    rng.index = at->net->noise.index;
    wi_impl_pass_on(&at->pre, &at->x, 1, 0);
    if (WI_IMPL_FORWARD_ONLY || at->net->mode == WI_EVAL) return;
    const wi_impl_law law = wi_impl_law_uniform(0, 1);
    wi_impl_draw(m, at->x.rows * at->x.cols, rng, &law);
    for (size_t i = 0; i < at->x.rows * at->x.cols; i++) {   /* pre lies row after row, as m does */
        m[i] = (wi_real)(m[i] <= keep) / keep;
        at->pre.data[i] *= m[i];
    }
}

static void wi_impl_dropout_backward(const wi_impl_work *at)
{
    const wi_real *m = at->layer->saved;
    if (at->net->mode == WI_EVAL) wi_impl_pass_on(&at->dx, &at->dpre, 1, at->add);
    for (size_t i = 0; at->net->mode == WI_TRAIN && at->dx.data && i < at->x.rows; i++, m += at->x.cols) {
        const wi_real *d = at->dpre.data + i * at->dpre.row_step;
        wi_real *dx = at->dx.data + i * at->dx.row_step;
        for (size_t j = 0; j < at->x.cols; j++) dx[j] = wi_impl_maddr(0, d[j], m[j], at->add ? dx[j] : 0);
    }
}

WI_IMPL_RARE static double wi_impl_dropout_theory(const wi_impl_wave_at *at, wi_impl_wave *z)
{
    z->second = at->x.second / (1.0 - at->layer->desc.rate);
    return 1.0 / (1.0 - at->layer->desc.rate);
}

/* ---- Element by element ----------------------------------------------------
   pre = alpha x + beta + y,  with one trained alpha (scale), one trained beta (shift), or the output y of an
   earlier layer (skip); without alpha it is 1, without the others 0. An activation alone has none of them.
   The gradient flows unchanged into both summands of a skip: so very deep residual networks train. */

WI_API wi_layer_desc wi_layer_act(wi_act act)
{
    return wi_impl_layer_desc(WI_LAYER_ACT, 0, 0, act);
}

WI_API wi_layer_desc wi_layer_skip(size_t span)
{
    wi_layer_desc desc = wi_impl_layer_desc(WI_LAYER_SKIP, 0, 0, wi_linear());
    desc.span = span;
    return desc;
}

WI_API wi_layer_desc wi_layer_scale(double initial)
{
    wi_layer_desc desc = wi_impl_layer_desc(WI_LAYER_SCALE, 0, 0, wi_linear());
    desc.weights = wi_constant(initial);
    return desc;
}

WI_API wi_layer_desc wi_layer_shift(double initial)
{
    wi_layer_desc desc = wi_impl_layer_desc(WI_LAYER_SHIFT, 0, 0, wi_linear());
    desc.bias = wi_constant(initial);
    return desc;
}

/* The two summands must have one shape. */
WI_IMPL_RARE static wi_status wi_impl_each_plan(wi_impl_plan *plan, wi_layer *layer)
{
    size_t span = layer->desc.span, most = plan->index + 1;
    size_t alphas = layer->desc.kind == WI_LAYER_SCALE, betas = layer->desc.kind == WI_LAYER_SHIFT;
    if (alphas + betas > 0) wi_impl_plan_params(layer, wi_dense(1, 1), alphas, alphas, betas);
    if (layer->desc.kind != WI_LAYER_SKIP) return WI_OK;
    if (most < 2) return wi_impl_misfit(plan, WI_ERR_ARG, "there is no earlier layer to skip");
    if (span < 2 || span > most)
        return wi_impl_misfit(plan, WI_ERR_ARG, "span %zu is not in 2 to %zu", span, most);
    wi_image from = plan->shapes[most - span], to = layer->in;
    if (from.channels != to.channels || from.height != to.height || from.width != to.width)
        return wi_impl_misfit(plan, WI_ERR_SHAPE, "adds %zux%zux%zu to %zux%zux%zu", from.channels,
                              from.height, from.width, to.channels, to.height, to.width);
    return WI_OK;
}

static void wi_impl_each_forward(const wi_impl_work *at)
{
    const wi_layer *layer = at->layer;
    const wi_mat other = wi_impl_signal(at->net, at->index + 1 - layer->desc.span, at->x.rows);
    wi_impl_pass_on(&at->pre, &at->x, layer->w.cols ? (double)layer->w.data[0] : 1, 0);
    if (layer->desc.span) wi_impl_pass_on(&at->pre, &other, 1, 1);
    for (size_t i = 0; layer->b.cols && i < at->pre.rows * at->pre.cols; i++)
        at->pre.data[i] += layer->b.data[0];
}

static void wi_impl_each_backward(const wi_impl_work *at)
{
    const wi_layer *layer = at->layer;
    size_t n = at->x.cols;
    double sum = 0;
    for (size_t i = 0; layer->w.cols && i < at->x.rows; i++)
        for (size_t j = 0; j < n; j++)
            sum += (double)at->dpre.data[i * n + j] * (double)at->x.data[i * at->x.row_step + j];
    if (layer->w.cols) layer->dw.data[0] += (wi_real)sum;
    if (layer->b.cols) layer->db.data[0] += (wi_real)wi_impl_sum(at->dpre.data, at->dpre.rows * n);
    wi_impl_pass_on(&at->dx, &at->dpre, layer->w.cols ? (double)layer->w.data[0] : 1, at->add);
    if (layer->desc.span) {
        int add;
        wi_mat dy = wi_impl_gradient_target(at->net, at->index + 1 - layer->desc.span, at->x.rows, &add);
        wi_impl_pass_on(&dy, &at->dpre, 1, add);
    }
}

/* (alpha x + beta + y)(alpha x' + beta + y') for any x and x', with y uncorrelated to both. */
WI_IMPL_RARE static double wi_impl_each_theory(const wi_impl_wave_at *at, wi_impl_wave *z)
{
    wi_impl_wave x = at->x, y = at->skipped;
    double alpha = at->layer->w.cols ? at->w_mean : 1.0, square = alpha * alpha;
    double mean = alpha * x.mean + y.mean, varied = square * square * x.spread * x.second * x.second;
    double more = 2.0 * alpha * x.mean * y.mean + at->b_mean * (2.0 * mean + at->b_mean) + at->b_var;
    z->mean = mean + at->b_mean;
    z->second = square * x.second + y.second + more;
    z->product = square * x.product + y.product + more;
    z->units = square * x.units + y.units + more;
    z->pair = square * x.pair + y.pair + more;
    varied += y.spread * y.second * y.second;
    z->spread = z->second > 0.0 ? varied / (z->second * z->second) : 0.0;
    return square;
}

/* ---- The table, in the order of wi_layer_kind -------------------------------
   What a build has no use for is not reached, and so not linked. */

#define WI_IMPL_KIND_ROW(KIND, name, fields, room, theory)                                                   \
    {name, fields, WI_IMPL_HAS(WINIT_LAYERS, KIND) ? wi_impl_##room##_plan : NULL,                           \
     WI_IMPL_HAS(WINIT_LAYERS, KIND) ? wi_impl_##room##_forward : NULL,                                      \
     WI_IMPL_HAS(WINIT_LAYERS, KIND) && !WI_IMPL_FORWARD_ONLY ? wi_impl_##room##_backward : NULL,            \
     WI_IMPL_HAS(WINIT_LAYERS, KIND) && !WI_IMPL_FORWARD_ONLY ? wi_impl_##theory##_theory : NULL}

static const wi_impl_kind wi_impl_kinds[] = {
    WI_IMPL_KIND_ROW(WI_LAYER_DENSE, "dense", WI_IMPL_UNITS | WI_IMPL_TIED, dense, dense),
    WI_IMPL_KIND_ROW(WI_LAYER_CONV2D, "conv2d", WI_IMPL_UNITS | WI_IMPL_WINDOW | WI_IMPL_GROUPS, conv, dense),
    WI_IMPL_KIND_ROW(WI_LAYER_MAX_POOL, "max_pool", WI_IMPL_WINDOW, pool, pool),
    WI_IMPL_KIND_ROW(WI_LAYER_AVG_POOL, "avg_pool", WI_IMPL_WINDOW, pool, pool),
    WI_IMPL_KIND_ROW(WI_LAYER_BATCH_NORM, "batch_norm", 0, norm, norm),
    WI_IMPL_KIND_ROW(WI_LAYER_DROPOUT, "dropout", WI_IMPL_RATE, dropout, dropout),
    WI_IMPL_KIND_ROW(WI_LAYER_ACT, "act", 0, each, each),
    WI_IMPL_KIND_ROW(WI_LAYER_SKIP, "skip", WI_IMPL_SPAN, each, each),
    WI_IMPL_KIND_ROW(WI_LAYER_LAYER_NORM, "layer_norm", 0, norm, norm),
    WI_IMPL_KIND_ROW(WI_LAYER_SCALE, "scale", 0, each, each),
    WI_IMPL_KIND_ROW(WI_LAYER_SHIFT, "shift", 0, each, each),
};

WI_IMPL_APART static const wi_impl_kind *wi_impl_kind_of(wi_layer_kind kind)
{
    return (size_t)kind < WI_COUNT(wi_impl_kinds) ? &wi_impl_kinds[kind] : NULL;
}

WI_API const char *wi_layer_kind_name(wi_layer_kind kind)
{
    const wi_impl_kind *row = wi_impl_kind_of(kind);
    return row ? row->name : "not a wi_layer_kind";
}

/* ---- Planning --------------------------------------------------------------
   Plan the shapes and counts; then hand out one block of memory: the layers, a mark for each signal, and all
   numbers, every array on a boundary of 64 bytes. */

/* Check the fields that all kinds have; those that only others have count as 0. */
WI_IMPL_RARE static wi_status wi_impl_plan_fields(const wi_impl_plan *plan, wi_layer_desc *desc)
{
    int has = wi_impl_kind_of(desc->kind)->fields;
    const char *act = wi_act_name(desc->act);
    for (size_t i = 0; i < WI_COUNT(wi_impl_layer_sizes); i++)
        if (wi_impl_layer_sizes[i].field & ~has)
            memset((char *)desc + wi_impl_layer_sizes[i].offset, 0, sizeof(size_t));
    if (!(has & WI_IMPL_UNITS)) desc->no_bias = 0;
    if (!(has & WI_IMPL_RATE)) desc->rate = 0;
    if (!wi_impl_kind_of(desc->kind)->plan)
        return wi_impl_misfit(plan, WI_ERR_ARG, "this build (WINIT_LAYERS) has no such layers");
    if (desc->act.kind < 0 || desc->act.kind >= WI_ACT_COUNT)
        return wi_impl_misfit(plan, WI_ERR_ARG, "%d is not a wi_act_kind", desc->act.kind);
    if (desc->act.kind == WI_ACT_CUSTOM && (!desc->act.f || (!desc->act.df && !plan->desc->params)))
        return wi_impl_misfit(plan, WI_ERR_ARG, "its activation '%s' has no function or no derivative (NULL)",
                              act);
    if (desc->act.kind < WI_ACT_CUSTOM && !WI_IMPL_HAS(WINIT_ACTS | 1u << WI_ACT_LINEAR, desc->act.kind))
        return wi_impl_misfit(plan, WI_ERR_ARG, "this build (WINIT_ACTS) has no %s", act);
    if (!wi_impl_act_fits(&desc->act))
        return wi_impl_misfit(plan, WI_ERR_ARG, "the parameter of its %s, %g, is not a number that fits",
                              act, desc->act.param);
    if (!(desc->step_scale >= 0 && desc->step_scale <= WI_IMPL_REAL_MAX))
        return wi_impl_misfit(plan, WI_ERR_ARG, "step_scale %g is out of range", desc->step_scale);
    return WI_OK;
}

/* Hand out `count` numbers of the block, on a 64-byte boundary. */
static wi_real *wi_impl_take(wi_impl_plan *plan, size_t count)
{
    size_t lanes = 64 / sizeof(wi_real), first = plan->used;
    size_t padded = wi_impl_add(count, lanes - 1);
    plan->used = wi_impl_add(first, padded == SIZE_MAX ? padded : padded / lanes * lanes);
    return plan->base ? plan->base + first : NULL;
}

/* Rows for the largest batch; data is NULL where nobody wants them. */
static wi_mat wi_impl_take_rows(wi_impl_plan *plan, size_t cols, int wanted)
{
    size_t rows = plan->net->max_batch;
    return wi_mat_view(wanted ? wi_impl_take(plan, wi_impl_mul(rows, cols)) : NULL, rows, cols);
}

/* Plan one layer, add up what the network needs, and give the layer's signals their places. */
WI_IMPL_RARE static wi_status wi_impl_plan_layer(wi_impl_plan *plan, wi_layer *layer)
{
    const wi_layer_desc *desc = &plan->desc->layers[plan->index];
    const wi_impl_kind *kind = wi_impl_kind_of(desc->kind);
    wi_net *net = plan->net;
    if (!kind)
        return wi_impl_fail(plan->error, WI_ERR_ARG, "layer %zu: %d is not a wi_layer_kind", plan->index + 1,
                            (int)desc->kind);
    memset(layer, 0, sizeof *layer);
    layer->desc = *desc;
    if (desc->from > plan->index + 1)
        return wi_impl_misfit(plan, WI_ERR_ARG, "reads from %zu layers back, but the network's input is %zu "
                              "back", desc->from, plan->index + 1);
    layer->in = plan->shapes[wi_impl_reads(desc, plan->index)];
    layer->out = layer->in;   /* what a plan says nothing else about */
    layer->inputs = wi_impl_image_count(layer->in);
    wi_status status = wi_impl_plan_fields(plan, &layer->desc);
    if (status == WI_OK) status = kind->plan(plan, layer);
    if (status != WI_OK) return status;

    size_t weights = layer->desc.tied ? 0 : wi_impl_mul(layer->w.rows, layer->w.cols);
    layer->param_first = net->param_count;
    layer->param_count = wi_impl_add(weights, layer->b.cols);
    net->param_count = wi_impl_add(net->param_count, layer->param_count);
    net->state_count = wi_impl_add(net->state_count, layer->state_count);
    if (layer->state_count > 0 && layer->in.height * layer->in.width == 1) net->train_rows = 2;
    if (net->borrowed) layer->saved_count = 0;

    int linear = layer->desc.act.kind == WI_ACT_LINEAR;
    net->outputs = layer->outputs = wi_impl_image_count(layer->out);
    layer->post = wi_impl_take_rows(plan, layer->outputs, 1);
    layer->dpost = wi_impl_take_rows(plan, layer->outputs, !net->borrowed);
    layer->pre = linear ? layer->post : wi_impl_take_rows(plan, layer->outputs, 1);
    layer->dpre = linear ? layer->dpost : wi_impl_take_rows(plan, layer->outputs, !net->borrowed);
    if (layer->saved_count > 0) layer->saved = wi_impl_take(plan, layer->saved_count);
    plan->shapes[plan->index + 1] = layer->out;
    return WI_OK;
}

/* View a layer's weights, bias and running statistics within the flat blocks. */
static void wi_impl_place_params(wi_net *net, wi_layer *layer, size_t state_first)
{
    size_t first = layer->param_first, weights = layer->param_count - layer->b.cols;
    layer->dw = layer->w;
    layer->db = layer->b;
    layer->w.data = net->params + first;
    layer->b.data = net->params + first + weights;
    if (net->grads) {
        layer->dw.data = net->grads + first;
        layer->db.data = net->grads + first + weights;
    }
    if (layer->desc.tied) {
        layer->w = wi_mat_transpose(net->layers[layer->desc.tied - 1].w);
        layer->dw = wi_mat_transpose(net->layers[layer->desc.tied - 1].dw);
    }
    if (layer->state_count > 0) layer->state = net->state + state_first;
}

/* Hand out what all layers share. */
static void wi_impl_place_shared(wi_impl_plan *plan)
{
    wi_net *net = plan->net;
    if (net->borrowed) {   /* nothing writes there: what would is refused */
        memcpy(&net->params, &plan->desc->params, sizeof net->params);
        memcpy(&net->state, &plan->desc->state, sizeof net->state);
    } else {
        net->params = wi_impl_take(plan, net->param_count);
        net->grads = wi_impl_take(plan, net->param_count);
        net->state = wi_impl_take(plan, net->state_count);
    }
    net->scratch = wi_impl_take(plan, net->scratch_count);
    if (plan->desc->input_gradient) net->dinput = wi_impl_take_rows(plan, net->inputs, 1);
}

/* Check the description itself, and set what the network knows before its layers are planned. */
static wi_status wi_impl_net_begin(wi_net *net, const wi_net_desc *desc, wi_error *error)
{
    memset(net, 0, sizeof *net);
    if (!desc->layers || desc->layer_count == 0)
        return wi_impl_fail(error, WI_ERR_ARG, "the network has no layers");
    if (!desc->allocator.alloc != !desc->allocator.release)
        return wi_impl_fail(error, WI_ERR_ARG, "the allocator lacks one of alloc and release");
    net->allocator = desc->allocator;
    net->layer_count = desc->layer_count;
    net->max_batch = desc->max_batch ? desc->max_batch : 64;
    net->seed = desc->seed;
    net->train_rows = 1;
    net->input = desc->channels || desc->height || desc->width
                     ? wi_impl_image(desc->channels, desc->height, desc->width)
                     : wi_impl_image(desc->inputs, 1, 1);
    net->inputs = wi_impl_image_count(net->input);
    if (desc->inputs && desc->inputs != net->inputs)
        return wi_impl_fail(error, WI_ERR_SHAPE, "%zu inputs are not %zu channels x %zu x %zu", desc->inputs,
                            net->input.channels, net->input.height, net->input.width);
    if (net->inputs == 0) return wi_impl_fail(error, WI_ERR_SHAPE, "the network has no inputs");
    net->borrowed = desc->params != NULL;
    if (WI_IMPL_FORWARD_ONLY && !desc->params)
        return wi_impl_fail(error, WI_ERR_ARG, "this build (WINIT_FORWARD_ONLY) draws no weights: set "
                            "desc.params");
    if (desc->state && !desc->params)
        return wi_impl_fail(error, WI_ERR_ARG, "running statistics (state) without parameters (params)");
    if (net->borrowed && desc->input_gradient)
        return wi_impl_fail(error, WI_ERR_ARG, "a network whose parameters live elsewhere goes forward only: "
                            "it has no input_gradient");
    return WI_OK;
}

/* Memory by the network's own allocator, or by WINIT_MALLOC. */
static void *wi_impl_net_alloc(const wi_net *net, size_t count, size_t size)
{
    size_t bytes = wi_impl_mul(count, size);
    if (!net->allocator.alloc) return wi_impl_alloc(count, size);
    return bytes == SIZE_MAX ? NULL : net->allocator.alloc(bytes, net->allocator.user);
}

static void wi_impl_net_release(const wi_net *net, void *p)
{
    if (p && net->allocator.release) net->allocator.release(p, net->allocator.user);
    else if (p) WINIT_FREE(p);
}

/* Bytes in front of the numbers: the layers and a mark for each signal. */
static size_t wi_impl_head(const wi_net *net)
{
    size_t bytes = wi_impl_add(wi_impl_mul(net->layer_count, sizeof(wi_layer) + 1), 64);
    return bytes == SIZE_MAX ? bytes : bytes / 64 * 64;
}

/* Work out all shapes, counts and net->memory, and lay the network out in `memory`, unless that is NULL. The
   shapes of a few signals fit on the stack, so that small networks in a buffer of the user's need no
   allocation. */
WI_IMPL_RARE static wi_status wi_impl_net_build(wi_net *net, const wi_net_desc *desc, void *memory,
                                                wi_error *error)
{
    wi_image few[33];
    unsigned char *start = (unsigned char *)memory;
    wi_status status = wi_impl_net_begin(net, desc, error);
    if (status != WI_OK) return status;
    if (start) start += (64 - (uintptr_t)start % 64) % 64;
    wi_layer *layers = (wi_layer *)(void *)start, counted;
    wi_impl_plan plan = {desc, net, few, 0, NULL, 0, error};
    if (start) plan.base = (wi_real *)(void *)(start + wi_impl_head(net));
    if (net->layer_count > 32)
        plan.shapes = (wi_image *)wi_impl_net_alloc(net, net->layer_count + 1, sizeof *plan.shapes);
    if (!plan.shapes)
        return wi_impl_fail(error, WI_ERR_MEMORY, "no memory for the shapes of %zu layers", net->layer_count);
    plan.shapes[0] = net->input;
    for (; status == WI_OK && plan.index < net->layer_count; plan.index++)
        status = wi_impl_plan_layer(&plan, start ? &layers[plan.index] : &counted);
    if (plan.shapes != few) wi_impl_net_release(net, plan.shapes);
    if (status != WI_OK) return status;

    wi_impl_place_shared(&plan);
    net->memory = wi_impl_add(wi_impl_head(net), wi_impl_add(wi_impl_mul(plan.used, sizeof(wi_real)), 64));
    if (net->memory > SIZE_MAX / 2)
        return wi_impl_fail(error, WI_ERR_SHAPE, "the network is too large for size_t");
    if (net->borrowed && net->state_count && !desc->state)
        return wi_impl_fail(error, WI_ERR_ARG, "the running statistics of a batch norm must come with the "
                            "parameters (state)");
    if (!start) return WI_OK;
    net->layers = layers;
    net->reached = start + net->layer_count * sizeof(wi_layer);
    memset(net->reached, 0, net->memory - 64 - net->layer_count * sizeof(wi_layer));
    for (size_t l = 0, state = 0; l < net->layer_count; state += layers[l++].state_count)
        wi_impl_place_params(net, &layers[l], state);
    return WI_OK;
}

/* ---- Forward and backward ------------------------------------------------- */

/* A layer at work on `rows` samples, forward or, with a pass, back: then all that read its output have been
   there, or it has no gradient. Inline, so that either way is compiled for itself. */
WI_IMPL_INLINE void wi_impl_work_at(wi_impl_work *at, wi_net *net, size_t index, size_t rows,
                                    const wi_impl_pass *pass)
{
    wi_layer *layer = &net->layers[index];
    at->net = net;
    at->layer = layer;
    at->index = index;
    at->x = wi_impl_signal(net, wi_impl_reads(&net->layers[index].desc, index), rows);
    at->pre = layer->pre;
    at->pre.rows = rows;
    at->scratch = net->scratch;
    at->apart = 0;
    at->pass = WI_IMPL_FORWARD_ONLY ? NULL : pass;
    if (!at->pass) return;
    if (index + 1 < net->layer_count && !net->reached[index + 1])
        memset(layer->dpost.data, 0, rows * layer->outputs * sizeof(wi_real));
    at->dpre = layer->dpre;
    at->dpre.rows = rows;
    at->dx = wi_impl_gradient_target(net, wi_impl_reads(&net->layers[index].desc, index), rows, &at->add);
}

/* f(pre), or dpost f'(pre), of n numbers from number `first` on; where the activation is linear, pre and post
   are one memory. Signals are handed out in whole blocks, so that behind the last sample an activation that
   begins with a block needs no padded copy. */
static WI_IMPL_APART void wi_impl_work_act(const wi_layer *layer, int back, size_t first, size_t n, int last)
{
    const wi_act *act = &layer->desc.act;
    if (act->kind == WI_ACT_LINEAR) return;
    back = back && !WI_IMPL_FORWARD_ONLY;
    wi_real *y = (back ? layer->dpre : layer->post).data + first, *z = layer->pre.data + first;
    const wi_real *dy = back ? layer->dpost.data + first : NULL;
    wi_impl_act_runner *run = last && first % WI_IMPL_ACT_BLOCK == 0 ? wi_impl_act_run_of(act, n) : NULL;
    if (run) run(act->kind, act->param, y, dy, z, n);
    else wi_impl_act_apply(act, y, dy, z, n);
}

/* The work itself, on a layer's samples from number `first` on. */
WI_IMPL_INLINE void wi_impl_work_do(const wi_impl_work *at, size_t first, int last)
{
    const wi_layer *layer = at->layer;
    const int back = !WI_IMPL_FORWARD_ONLY && at->pass;
    if (!back) wi_impl_kinds[layer->desc.kind].forward(at);
    wi_impl_work_act(layer, back, first * layer->outputs, at->pre.rows * layer->outputs, last);
    if (back) wi_impl_kinds[layer->desc.kind].backward(at);
}

/* One layer on the whole batch; then only forward, where that is rare. */
WI_IMPL_INLINE void wi_impl_layer_work(wi_net *net, size_t index, size_t rows, const wi_impl_pass *pass)
{
    wi_impl_work at;
    wi_impl_work_at(&at, net, index, rows, pass);
    wi_impl_work_do(&at, 0, 1);
}

static WI_IMPL_APART void wi_impl_layer_again(wi_net *net, size_t index, size_t rows)
{
    wi_impl_layer_work(net, index, rows, NULL);
}

/* ---- Runs of layers ---------------------------------------------------------
   Layers with windows go from sample to sample, and what a sample leaves behind one of them fits into a
   cache, what a batch leaves does not. So a few samples pass through all layers of a run, forward or back,
   before the next few do. Such pieces are the same whatever the threads are, and whoever is free takes the
   next. The gradients of a convolution's weights are sums over all samples, in order: with threads they
   follow, shared out by taps. */

#define WI_IMPL_PIECE 4            /* samples */
#define WI_IMPL_RUN 8              /* layers, at most */
#define WI_IMPL_SHARED_RUN 2e6     /* multiply-adds of a run that is shared out */

typedef struct wi_impl_run {
    wi_impl_work works[WI_IMPL_RUN];   /* of the whole batch */
    size_t layers, rows, pieces, threads;
    wi_real *more;                     /* scratch of all threads but the first */
} wi_impl_run;

/* Is a layer part of a run? Functions of the user's stay with one thread, and a build without windows has no
   runs. */
static int wi_impl_runs(const wi_net *net, size_t index)
{
    const unsigned windows = 1u << WI_LAYER_CONV2D | 1u << WI_LAYER_MAX_POOL | 1u << WI_LAYER_AVG_POOL;
    const wi_layer_desc *desc = &net->layers[index].desc;
    return ((WINIT_LAYERS) & windows) != 0 && (wi_impl_kinds[desc->kind].fields & WI_IMPL_WINDOW)
           && desc->act.kind != WI_ACT_CUSTOM;
}

static wi_real *wi_impl_run_scratch(const wi_impl_run *run)
{
    wi_net *net = run->works[0].net;
    const size_t thread = run->threads > 1 ? WI_IMPL_THREAD : 0;
    return thread ? run->more + (thread - 1) * net->scratch_count : net->scratch;
}

/* Piece t: some samples through all layers. */
static void wi_impl_run_piece(const wi_impl_run *run, size_t t)
{
    const size_t first = wi_impl_share(run->rows, run->pieces, t);
    const size_t n = wi_impl_share(run->rows, run->pieces, t + 1) - first;
    for (size_t k = 0; k < run->layers; k++) {
        wi_impl_work at = run->works[k];
        at.x = wi_impl_rows(&at.x, first, n);
        at.pre = wi_impl_rows(&at.pre, first, n);
        at.scratch = wi_impl_run_scratch(run);
        at.apart = run->threads > 1;
        if (at.pass) at.dpre = wi_impl_rows(&at.dpre, first, n);
        if (at.pass) at.dx = wi_impl_rows(&at.dx, first, n);
        wi_impl_work_do(&at, first, t + 1 == run->pieces);
    }
}

/* Part t of the gradients of weights: some taps of one layer. */
static void wi_impl_run_weights(const wi_impl_run *run, size_t t)
{
    wi_impl_work at = run->works[t / run->threads];
    const size_t taps = at.layer->w.cols, part = t % run->threads;
    at.scratch = wi_impl_run_scratch(run);
    if (at.layer->desc.kind == WI_LAYER_CONV2D && !WI_IMPL_FORWARD_ONLY)
        wi_impl_conv_weights(&at, wi_impl_share(taps, run->threads, part),
                             wi_impl_share(taps, run->threads, part + 1));
}

/* The run that begins with layer `index` and goes forward or, with a pass, back; how many layers it has.
   Where there is no memory for scratch, one thread does it all. Compiled for size: what takes time is what it
   calls. */
WI_IMPL_RARE static size_t wi_impl_run_all(wi_net *net, size_t index, size_t rows, const wi_impl_pass *pass)
{
    wi_impl_run run;
    double work = 0;
    run.rows = rows;
    run.layers = 0;
    do {
        const wi_layer *layer = &net->layers[index];
        wi_impl_work_at(&run.works[run.layers++], net, index, rows, pass);
        work += wi_impl_num(rows) * wi_impl_num(layer->outputs) * wi_impl_num(layer->w.cols + 1);
        index = pass ? index - 1 : index + 1;   /* before the first layer there is no number either */
    } while (index < net->layer_count && run.layers < WI_IMPL_RUN && wi_impl_runs(net, index));

    run.pieces = (rows - 1) / WI_IMPL_PIECE + 1;
    run.threads = run.pieces > 1 ? wi_impl_threads(work, WI_IMPL_SHARED_RUN) : 1;
    run.more = NULL;
    if (run.threads > 1)
        run.more = (wi_real *)wi_impl_alloc(wi_impl_mul(run.threads, net->scratch_count + 1),
                                            sizeof *run.more);
    if (!run.more) run.threads = 1;
    if (run.threads == 1) {
        for (size_t t = 0; t < run.pieces; t++) wi_impl_run_piece(&run, t);
        return run.layers;
    }
    size_t parts = run.pieces;
    WI_IMPL_SHARE_OUT(wi_impl_run_piece(&run, t))
    parts = pass ? run.layers * run.threads : 0;
    WI_IMPL_SHARE_OUT(wi_impl_run_weights(&run, t))
    WINIT_FREE(run.more);
    return run.layers;
}

/* The whole network, forward or back: runs, and other layers one by one. */
WI_IMPL_INLINE void wi_impl_all_layers(wi_net *net, size_t rows, const wi_impl_pass *pass)
{
    for (size_t done = 0, n = 1; done < net->layer_count; done += n, n = 1) {
        const size_t l = pass ? net->layer_count - 1 - done : done;
        if (wi_impl_runs(net, l)) n = wi_impl_run_all(net, l, rows, pass);
        else wi_impl_layer_work(net, l, rows, pass);
    }
}

/* Is there a network at all? Said in its own error, unless it is NULL. */
WI_IMPL_RARE static wi_status wi_impl_no_net(wi_net *net)
{
    return wi_impl_fail(net ? &net->error : NULL, WI_ERR_ARG, "the network is NULL or not created");
}

/* Refuse what would write the parameters of somebody else. */
static wi_status wi_impl_check_own(const wi_net *net, wi_error *error)
{
    if (!net || !net->layers) return wi_impl_fail(error, WI_ERR_ARG, "the network is NULL or not created");
    if (!net->borrowed) return WI_OK;
    return wi_impl_fail(error, WI_ERR_ARG, "the network's parameters live elsewhere and are never written: "
                        "it goes forward only");
}

/* Can the network read this batch? */
static wi_status wi_impl_check_batch(wi_net *net, wi_mat x)
{
    if (!net || !net->layers) return wi_impl_no_net(net);
    if (!x.data) return wi_impl_fail(&net->error, WI_ERR_ARG, "the batch has no data (NULL)");
    if (x.rows == 0) return wi_impl_fail(&net->error, WI_ERR_SHAPE, "the batch has no rows");
    if (x.cols != net->inputs)
        return wi_impl_fail(&net->error, WI_ERR_SHAPE, "the batch has %zu columns, the network %zu inputs",
                            x.cols, net->inputs);
    if (x.cols > 1 && x.col_step != 1)
        return wi_impl_fail(&net->error, WI_ERR_SHAPE, "the columns of the batch are %zu numbers apart: "
                            "they must be neighbours", x.col_step);
    if (x.rows > net->max_batch)
        return wi_impl_fail(&net->error, WI_ERR_SHAPE, "the batch has %zu rows, more than max_batch, %zu: "
                            "create the network for more, or pass parts (wi_mat_rows)", x.rows,
                            net->max_batch);
    return WI_OK;
}

/* The forward pass of net->x, a batch that has been looked at. */
static void wi_impl_forward(wi_net *net, wi_mode mode)
{
    size_t drawn = 0;
    net->batch = net->x.rows;
    net->mode = (int)mode;
    wi_impl_all_layers(net, net->batch, NULL);

    /* The next training pass draws fresh dropout masks. */
    for (size_t l = 0; mode == WI_TRAIN && l < net->layer_count; l++)
        if (net->layers[l].desc.rate > 0 && net->layers[l].outputs > drawn) drawn = net->layers[l].outputs;
    net->noise.index += (uint64_t)net->batch * drawn;
}

WI_API wi_status wi_net_forward(wi_net *net, wi_mat x, wi_mode mode, wi_mat *y)
{
    wi_status status = wi_impl_check_batch(net, x);
    if (status == WI_OK && mode == WI_TRAIN) status = wi_impl_check_own(net, &net->error);
    if (status != WI_OK) return status;
    if (mode != WI_EVAL && mode != WI_TRAIN)
        return wi_impl_fail(&net->error, WI_ERR_ARG, "%d is not a wi_mode", (int)mode);
    if (mode == WI_TRAIN && x.rows < net->train_rows)
        return wi_impl_fail(&net->error, WI_ERR_SHAPE, "batch norm cannot be trained on one sample: a mean "
                            "and a variance need two values of each feature");
    net->x = x;
    wi_impl_forward(net, mode);
    if (y) *y = wi_impl_signal(net, net->layer_count, x.rows);
    return wi_impl_ok(&net->error);
}

/* The backward pass of the batch that went forward last; dy [batch][outputs]. */
static void wi_impl_backward(wi_net *net, wi_mat dy, const wi_impl_pass *pass)
{
    /* The gradient in the output may have been computed in place; else it is copied there. */
    size_t rows = net->batch;
    wi_mat last = net->layers[net->layer_count - 1].dpost;
    for (size_t i = 0; i < rows && dy.data != last.data; i++)
        for (size_t j = 0; j < dy.cols; j++)
            last.data[i * last.row_step + j] = dy.data[i * dy.row_step + j * dy.col_step];
    memset(net->reached, 0, net->layer_count + 1);
    wi_impl_all_layers(net, rows, pass);
}

WI_API wi_status wi_net_backward(wi_net *net, wi_mat x, wi_mat dy)
{
    const wi_impl_pass add = {0, 0};
    wi_status status = wi_impl_check_batch(net, x);
    if (status == WI_OK) status = wi_impl_check_own(net, &net->error);
    if (status != WI_OK) return status;
    if (net->batch == 0)
        return wi_impl_fail(&net->error, WI_ERR_ARG, "a backward pass needs a forward pass before it");
    if (x.data != net->x.data || x.rows != net->batch || (x.rows > 1 && x.row_step != net->x.row_step))
        return wi_impl_fail(&net->error, WI_ERR_ARG, "the batch is not the one that went forward last");
    if (!dy.data) return wi_impl_fail(&net->error, WI_ERR_ARG, "dy has no data (NULL)");
    if (dy.rows != x.rows || dy.cols != net->outputs)
        return wi_impl_fail(&net->error, WI_ERR_SHAPE, "dy is %zu x %zu, not %zu samples x %zu outputs",
                            dy.rows, dy.cols, x.rows, net->outputs);
    wi_impl_backward(net, dy, &add);
    return wi_impl_ok(&net->error);
}

WI_API void wi_net_zero_grads(wi_net *net)
{
    if (net && net->grads && net->param_count) memset(net->grads, 0, net->param_count * sizeof *net->grads);
}

/* ---- Recipes and drawing ---------------------------------------------------
   Which recipe draws the weights (or the bias) of a layer is decided in one place; nothing that a method
   derives is stored. All recipes are checked before the first number is drawn: then only those that need
   memory of their own can fail, or a batch that shows nothing to go by, and for those the old weights are
   kept. */

/* What a call asks for: recipes for all layers, rules by name, or a residual scheme; all NULL or 0: each
   layer's own recipes. */
typedef struct wi_impl_choice {
    const wi_recipe *all;    /* [2], weights and bias */
    const wi_rule *rules;    /* [rule_count] */
    size_t rule_count;
    int residual;            /* 1 + a wi_residual */
} wi_impl_choice;

/* And how it is to be rescaled by what a batch shows. */
typedef struct wi_impl_rescale {
    wi_mat batch;
    double tolerance;
    int rounds;              /* of LSUV; 0: unit by unit, once */
} wi_impl_rescale;

/* Which activation will read layer `index`'s output? Its own, or one that follows behind norms, pooling and
   the like: the default recipe of  dense, batch_norm, act(relu)  must know of the ReLU. */
static wi_act wi_impl_act_behind(const wi_net *net, size_t index)
{
    for (size_t l = index; l < net->layer_count; l++) {
        const wi_layer_desc *desc = &net->layers[l].desc;
        int sums = wi_impl_has(&net->layers[l], WI_IMPL_UNITS | WI_IMPL_SPAN);
        if (l > index && (sums || desc->from > 1)) break;
        if (desc->act.kind != WI_ACT_LINEAR) return desc->act;
    }
    return wi_linear();
}

/* The branch that a layer belongs to: layers first .. end - 1, which the next skip, layer `end`, spans. */
typedef struct wi_impl_branch {
    size_t first, end;     /* end is 0 where there is no branch */
    size_t weights, last;  /* layers with weights in it; the last of them */
    size_t scale;          /* its scale layer; end: none */
} wi_impl_branch;

WI_IMPL_RARE static wi_impl_branch wi_impl_branch_of(const wi_net *net, size_t index)
{
    wi_impl_branch branch = {0, 0, 0, 0, 0};
    for (size_t l = index + 1; l < net->layer_count && branch.end == 0; l++) {
        size_t span = net->layers[l].desc.span;
        if (span == 0 || l + 1 - span > index) continue;
        branch.first = l + 1 - span;
        branch.end = branch.scale = l;
    }
    for (size_t l = branch.first; l < branch.end; l++) {
        if (wi_impl_has_weights(&net->layers[l])) { branch.weights++; branch.last = l; }
        if (net->layers[l].desc.kind == WI_LAYER_SCALE) branch.scale = l;
    }
    return branch;
}

/* What a residual scheme makes of a layer's own recipe. */
WI_IMPL_RARE static wi_recipe wi_impl_residual_recipe(const wi_net *net, size_t index, int bias,
                                                      wi_residual method, wi_recipe own)
{
    wi_impl_branch branch = wi_impl_branch_of(net, index);
    size_t closing = branch.scale < branch.end ? branch.scale : branch.last, last = 0;
    double branches = 0;
    for (size_t l = 0; l < net->layer_count; l++) {
        branches += net->layers[l].desc.span > 0;
        if (wi_impl_has_weights(&net->layers[l])) last = l;
    }
    if (method == WI_RESIDUAL_FIXUP && index == last) return wi_zeros();   /* the classifier, bias and all */
    if (branch.end == 0 || bias) return own;
    if (method == WI_RESIDUAL_ZERO) return index == closing ? wi_zeros() : own;
    if (method == WI_RESIDUAL_SQRT) return index == closing ? wi_gained(own, 1.0 / sqrt(branches)) : own;

    double power = branch.weights > 1 ? 1.0 / wi_impl_num(2 * branch.weights - 2) : 0.0;
    if (!wi_impl_has_weights(&net->layers[index])) return own;
    return index == branch.last ? wi_zeros()
                                : wi_gained(wi_he_normal(), wi_impl_exp(-power * wi_impl_log(branches)));
}

/* The recipe of a layer's weights or bias. A zeroed one stands for the default. */
WI_IMPL_RARE static wi_recipe wi_impl_choose(const wi_net *net, size_t index, int bias,
                                             const wi_impl_choice *choice)
{
    const wi_layer *layer = &net->layers[index];
    wi_recipe recipe = bias ? layer->desc.bias : layer->desc.weights;
    int weights = wi_impl_has_weights(layer);
    if (choice->all && weights) recipe = choice->all[bias];
    if (choice->rules) {
        char name[80];
        wi_impl_text text = {name, sizeof name, 0};
        wi_impl_print(&text, "%zu.%s.%s", index, wi_layer_kind_name(layer->desc.kind),
                      bias ? "bias" : "weight");
        const wi_recipe *found = wi_rule_for(choice->rules, choice->rule_count, name);
        if (found) recipe = *found;
    }
    if (recipe.scheme == WI_SCHEME_DEFAULT)
        recipe = bias ? wi_zeros() : weights ? wi_recipe_for(wi_impl_act_behind(net, index)) : wi_ones();
    if (choice->residual)
        recipe = wi_impl_residual_recipe(net, index, bias, (wi_residual)(choice->residual - 1), recipe);
    return recipe;
}

/* The recipe that drew a layer's weights or bias. */
static wi_recipe wi_impl_recipe_of(const wi_net *net, size_t index, int bias)
{
    const wi_impl_choice choice = {NULL, NULL, 0, net->residual};
    return wi_impl_choose(net, index, bias, &choice);
}

/* A bias has one number a unit, but the fans of the weights it goes with: a recipe such as
   U(+-1/sqrt(fan_in)) is worked out for those, and then followed as a plain range or deviation. */
static wi_recipe wi_impl_bias_recipe(const wi_layer *layer, wi_recipe recipe)
{
    if (recipe.fan == WI_FAN_NONE) return recipe;
    double std = wi_recipe_std(recipe, layer->shape);
    if (recipe.scheme == WI_SCHEME_UNIFORM) return wi_uniform(-sqrt(3.0) * std, sqrt(3.0) * std);
    return wi_normal(0, std);
}

/* Draw (or, without `draw`, only check) a layer's weights or bias, from child 2l or 2l + 1 of the seed. */
WI_IMPL_RARE static wi_status wi_impl_draw_part(wi_net *net, size_t index, int bias,
                                                const wi_impl_choice *choice, uint64_t seed, int draw)
{
    wi_layer *layer = &net->layers[index];
    wi_recipe recipe = wi_impl_choose(net, index, bias, choice);
    wi_shape shape = bias ? wi_dense(1, layer->b.cols) : layer->shape;
    wi_rng rng = wi_rng_split(wi_rng_make(seed), 2 * index + (size_t)bias);
    wi_status status = WI_OK;
    if (bias ? layer->b.cols == 0 : layer->param_count == layer->b.cols) return WI_OK;   /* none of its own */
    if (bias) recipe = wi_impl_bias_recipe(layer, recipe);
    if (draw) status = wi_fill(bias ? layer->b.data : layer->w.data, shape, recipe, &rng);
    else status = wi_impl_recipe_check(&recipe, &shape);
    if (status == WI_OK) return WI_OK;
    (void)wi_impl_fail(&net->error, status, "layer %zu (%s): its %s cannot be drawn", index + 1,
                       wi_layer_kind_name(layer->desc.kind), bias ? "bias" : "weights");
    return wi_impl_refused(&net->error, status, &recipe, &shape);
}

/* Draw all parameters; running statistics and noise start anew. A failure leaves the parameters half drawn
   only where a recipe ran out of memory. */
WI_IMPL_RARE static wi_status wi_impl_net_draw(wi_net *net, const wi_impl_choice *choice, uint64_t seed)
{
    for (int draw = 0; draw < 2; draw++)
        for (size_t l = 0; l < net->layer_count; l++)
            for (int bias = 0; bias < 2; bias++) {
                wi_status status = wi_impl_draw_part(net, l, bias, choice, seed, draw);
                if (status != WI_OK) return status;
            }
    for (size_t l = 0; l < net->layer_count; l++)
        for (size_t k = 0; k < net->layers[l].state_count; k++)   /* means 0, variances 1 */
            net->layers[l].state[k] = (wi_real)(k >= net->layers[l].state_count / 2);
    net->seed = seed;
    net->residual = choice->residual;
    net->noise = wi_rng_split(wi_rng_make(seed), 2 * net->layer_count);
    return WI_OK;
}

/* Scale one layer's weights until its pre-activation has a std within tolerance of 1. */
static wi_status wi_impl_lsuv_layer(wi_net *net, size_t index, size_t rows, const wi_impl_rescale *how)
{
    wi_layer *layer = &net->layers[index];
    size_t weights = layer->param_count - layer->b.cols;
    for (int round = 0; round < how->rounds; round++) {
        wi_stats stats = wi_stats_of(layer->pre.data, rows * layer->outputs);
        if (stats.nonfinite > 0 || !(stats.std > 0))
            return wi_impl_fail(&net->error, WI_ERR_NUMERIC, "layer %zu (%s): its pre-activations on the "
                                "batch have no finite, non-zero std", index + 1,
                                wi_layer_kind_name(layer->desc.kind));
        if (fabs(stats.std - 1) < how->tolerance) break;
        for (size_t i = 0; i < weights; i++)
            layer->w.data[i] = (wi_real)((double)layer->w.data[i] / stats.std);
        wi_impl_layer_again(net, index, rows);
    }
    return WI_OK;
}

/* Scale and shift each unit of one layer to mean 0 and std 1 over the batch;
   a convolution's unit is a channel. */
static wi_status wi_impl_unit_layer(wi_net *net, size_t index, size_t rows)
{
    wi_layer *layer = &net->layers[index];
    size_t units = layer->b.cols, inputs = layer->w.cols;
    if (units == 0)
        return wi_impl_fail(&net->error, WI_ERR_ARG, "layer %zu (%s): there is no bias to take its means "
                            "away", index + 1, wi_layer_kind_name(layer->desc.kind));
    for (size_t u = 0; u < units; u++) {
        double mean, var;
        wi_impl_norm_of(layer->pre, rows, u, layer->outputs / units, &mean, &var);
        if (!wi_impl_finite(var) || !(var > 0))   /* nor is it finite where the mean is not */
            return wi_impl_fail(&net->error, WI_ERR_NUMERIC,
                                "layer %zu (%s): unit %zu is constant or not finite on the batch",
                                index + 1, wi_layer_kind_name(layer->desc.kind), u + 1);
        double sigma = sqrt(var);
        for (size_t i = 0; i < inputs; i++)
            layer->w.data[u * inputs + i] = (wi_real)((double)layer->w.data[u * inputs + i] / sigma);
        layer->b.data[u] = (wi_real)(((double)layer->b.data[u] - mean) / sigma);
    }
    wi_impl_layer_again(net, index, rows);
    return WI_OK;
}

/* Go from layer to layer by what the batch shows. */
static wi_status wi_impl_net_rescale(wi_net *net, const wi_impl_rescale *how)
{
    wi_mat batch = wi_impl_rows(&how->batch, 0, net->max_batch);
    wi_status status = wi_impl_check_batch(net, batch);
    if (status != WI_OK) return status;
    net->x = batch;
    net->batch = 0;
    net->mode = WI_EVAL;
    for (size_t l = 0; status == WI_OK && l < net->layer_count; l++) {
        wi_impl_layer_again(net, l, batch.rows);
        if (!wi_impl_has_weights(&net->layers[l]) || net->layers[l].desc.tied) continue;
        status = how->rounds > 0 ? wi_impl_lsuv_layer(net, l, batch.rows, how)
                                 : wi_impl_unit_layer(net, l, batch.rows);
    }
    return status;
}

/* Copy what drawing and training change. */
static void wi_impl_copy_weights(wi_real *to_params, wi_real *to_state, const wi_real *params,
                                 const wi_real *state, const wi_net *net)
{
    memcpy(to_params, params, net->param_count * sizeof *params);
    if (net->state_count) memcpy(to_state, state, net->state_count * sizeof *state);
}

/* Draw all parameters of a network anew, and rescale them if `how` is given. What is asked for is stored in
   the layers' descriptions, with defaults filled in; what a method derives is not. */
WI_IMPL_RARE static wi_status wi_impl_net_redraw(wi_net *net, const wi_impl_choice *choice, uint64_t seed,
                                                 const wi_impl_rescale *how)
{
    wi_status status = wi_impl_check_own(net, net ? &net->error : NULL);
    if (status != WI_OK) return status;
    const wi_net before = *net;
    wi_real *kept = NULL;
    int keep = how != NULL;
    for (size_t part = 0; part < 2 * net->layer_count; part++) {
        wi_scheme scheme = wi_impl_choose(net, part / 2, (int)(part % 2), choice).scheme;
        keep |= scheme == WI_SCHEME_ORTHOGONAL || scheme == WI_SCHEME_DELTA_ORTHOGONAL;
    }
    if (keep) {
        kept = (wi_real *)wi_impl_net_alloc(net, net->param_count + net->state_count + 1, sizeof *kept);
        if (!kept)
            return wi_impl_fail(&net->error, WI_ERR_MEMORY, "no memory to keep %zu parameters",
                                net->param_count);
        wi_impl_copy_weights(kept, kept + net->param_count, net->params, net->state, net);
    }
    status = wi_impl_net_draw(net, choice, seed);
    if (status == WI_OK && how) status = wi_impl_net_rescale(net, how);
    if (kept && status != WI_OK) {
        wi_impl_copy_weights(net->params, net->state, kept, kept + net->param_count, net);
        net->noise = before.noise;
        net->seed = before.seed;
        net->residual = before.residual;
    }
    wi_impl_net_release(net, kept);
    if (status != WI_OK) return status;

    wi_impl_choice given = *choice;
    given.residual = 0;
    for (size_t l = 0; l < net->layer_count && !how; l++) {
        net->layers[l].desc.weights = wi_impl_choose(net, l, 0, &given);
        net->layers[l].desc.bias = wi_impl_choose(net, l, 1, &given);
    }
    return wi_impl_ok(&net->error);
}

WI_API WI_IMPL_OPAQUE wi_status wi_net_init(wi_net *net, uint64_t seed)
{
    wi_impl_choice choice = {NULL, NULL, 0, 0};
    return wi_impl_net_redraw(net, &choice, seed, NULL);
}

WI_API WI_IMPL_OPAQUE wi_status wi_net_init_all(wi_net *net, wi_recipe weights, wi_recipe bias, uint64_t seed)
{
    const wi_recipe all[2] = {weights, bias};
    wi_impl_choice choice = {all, NULL, 0, 0};
    return wi_impl_net_redraw(net, &choice, seed, NULL);
}

WI_API WI_IMPL_OPAQUE wi_status wi_net_init_rules(wi_net *net, const wi_rule *rules, size_t count,
                                                  uint64_t seed)
{
    wi_impl_choice choice = {NULL, rules, count, 0};
    if (!rules && count && net && net->layers)
        return wi_impl_fail(&net->error, WI_ERR_ARG, "%zu rules, but the array is NULL", count);
    return wi_impl_net_redraw(net, &choice, seed, NULL);
}

WI_API wi_status wi_net_init_residual(wi_net *net, wi_residual method, uint64_t seed)
{
    wi_impl_choice choice = {NULL, NULL, 0, 0};
    size_t skips = 0;
    if (!net || !net->layers) return wi_impl_no_net(net);
    if ((unsigned)method > WI_RESIDUAL_FIXUP)
        return wi_impl_fail(&net->error, WI_ERR_ARG, "%d is not a wi_residual", (int)method);
    choice.residual = 1 + (int)method;
    for (size_t l = 0; l < net->layer_count; l++) {
        if (net->layers[l].desc.span == 0) continue;
        skips++;
        if (wi_impl_branch_of(net, l - 1).weights == 0)
            return wi_impl_fail(&net->error, WI_ERR_SHAPE,
                                "layer %zu (skip): its branch has no weights", l + 1);
    }
    if (skips == 0) return wi_impl_fail(&net->error, WI_ERR_SHAPE, "the network has no skip connection");
    return wi_impl_net_redraw(net, &choice, seed, NULL);
}

WI_API WI_IMPL_OPAQUE wi_status wi_net_init_lsuv(wi_net *net, wi_mat batch, double tolerance, int max_rounds)
{
    const wi_recipe all[2] = {wi_orthogonal(1), wi_zeros()};
    const wi_impl_choice choice = {all, NULL, 0, 0};
    const wi_impl_rescale how = {batch, tolerance, max_rounds};
    if (!net || !net->layers) return wi_impl_no_net(net);
    if (!(tolerance > 0 && max_rounds > 0))
        return wi_impl_fail(&net->error, WI_ERR_ARG, "LSUV needs a tolerance and rounds above 0, not %g and "
                            "%d", tolerance, max_rounds);
    return wi_impl_net_redraw(net, &choice, net->seed, &how);
}

WI_API wi_status wi_net_init_batch(wi_net *net, wi_mat batch)
{
    const wi_impl_choice choice = {NULL, NULL, 0, 0};
    const wi_impl_rescale how = {batch, 0, 0};
    return net ? wi_impl_net_redraw(net, &choice, net->seed, &how) : WI_ERR_ARG;
}

WI_API wi_status wi_layer_copy(wi_layer *to, const wi_layer *from)
{
    if (!to || !from) return WI_ERR_ARG;
    if (to->param_count > 0 && !to->dw.data) return WI_ERR_ARG;   /* its parameters are somebody else's */
    if (to->w.rows != from->w.rows || to->w.cols != from->w.cols || to->param_count != from->param_count ||
        to->state_count != from->state_count)
        return WI_ERR_SHAPE;
    size_t weights = to->param_count - to->b.cols;
    if (weights) memmove(to->w.data, from->w.data, weights * sizeof *to->w.data);
    if (to->b.cols) memmove(to->b.data, from->b.data, to->b.cols * sizeof *to->b.data);
    if (to->state_count) memmove(to->state, from->state, to->state_count * sizeof *to->state);
    return WI_OK;
}

/* ---- Creating --------------------------------------------------------------
   Build once without memory, to know how much it takes, and once in it; then draw. */

WI_API WI_IMPL_OPAQUE wi_status wi_net_memory(const wi_net_desc *desc, size_t *bytes, wi_error *error)
{
    wi_net net;
    if (!desc || !bytes) return wi_impl_fail(error, WI_ERR_ARG, "wi_net_memory: an argument is NULL");
    wi_status status = wi_impl_net_build(&net, desc, NULL, error);
    if (status != WI_OK) return status;
    *bytes = net.memory;
    return wi_impl_ok(error);
}

WI_API WI_IMPL_OPAQUE wi_status wi_net_create(wi_net *net, const wi_net_desc *desc, wi_error *error)
{
    if (!net || !desc) return wi_impl_fail(error, WI_ERR_ARG, "wi_net_create: net or desc is NULL");
    wi_net fresh;
    wi_status status = wi_impl_net_build(&fresh, desc, NULL, error);
    if (status != WI_OK) return status;
    if (desc->buffer && desc->buffer_size < fresh.memory)
        return wi_impl_fail(error, WI_ERR_MEMORY, "the network takes %zu bytes, the buffer has %zu",
                            fresh.memory, desc->buffer_size);
    void *memory = desc->buffer ? desc->buffer : wi_impl_net_alloc(&fresh, fresh.memory, 1);
    if (!memory)
        return wi_impl_fail(error, WI_ERR_MEMORY, "no memory for a network of %zu bytes", fresh.memory);

    status = wi_impl_net_build(&fresh, desc, memory, error);
    if (status == WI_OK && !WI_IMPL_FORWARD_ONLY && !fresh.borrowed) {
        status = wi_net_init(&fresh, desc->seed);
        if (status != WI_OK && error) *error = fresh.error;
    }
    if (status != WI_OK) {
        if (!desc->buffer) wi_impl_net_release(&fresh, memory);
        return status;
    }
    fresh.owned = desc->buffer ? NULL : memory;
    *net = fresh;
    return wi_impl_ok(error);
}

WI_API void wi_net_destroy(wi_net *net)
{
    if (!net) return;
    wi_impl_net_release(net, net->owned);
    memset(net, 0, sizeof *net);
}

/* ---- Theory ----------------------------------------------------------------
   Follow the moments of a signal forward, and the size of its gradient back. */

/* The law of a layer's weights and biases: what the recipes promise or, by `weights`, what they really are:
   drawn, rescaled, trained or loaded. */
WI_IMPL_RARE static void wi_impl_wave_law(wi_impl_wave_at *at, const wi_net *net, size_t index,
                                          const wi_stats *weights)
{
    const wi_layer *layer = at->layer;
    size_t owner = layer->desc.tied ? layer->desc.tied - 1 : index;
    wi_recipe recipe = wi_impl_recipe_of(net, owner, 0);
    double w_std, b_std = 0;
    wi_impl_fans(&layer->shape, &at->fan_in, &at->fan_out);
    at->scheme = recipe.scheme;
    at->measured = weights != NULL;
    if (weights) {
        wi_stats b = wi_stats_of(layer->b.data, layer->b.cols);
        at->w_mean = weights[index].mean;
        w_std = weights[index].std;
        at->b_mean = b.mean;
        b_std = b.std;
    } else {
        wi_shape biases = wi_dense(1, layer->b.cols);
        (void)wi_impl_recipe_moments(&recipe, &net->layers[owner].shape, &at->w_mean, &w_std);
        recipe = wi_impl_bias_recipe(layer, wi_impl_recipe_of(net, index, 1));
        if (layer->b.cols) (void)wi_impl_recipe_moments(&recipe, &biases, &at->b_mean, &b_std);
    }
    at->w_var = w_std * w_std;
    at->b_var = b_std * b_std;
}

static WI_IMPL_APART wi_impl_wave wi_impl_wave_after(const wi_signal *per_layer, size_t signal,
                                                     const wi_impl_wave *input)
{
    if (signal == 0) return *input;
    const wi_signal *s = &per_layer[signal - 1];
    wi_impl_wave x = {s->act_mean, s->act_second, s->act_second * s->act_correlation, s->spread * s->spread,
                      s->units[0], s->units[1]};
    return x;
}

/* The relative variance of E f^2 between random networks. n units sample it with one of
   (E f^4 / (E f^2)^2 - 1) / n, on top of what q's own variance makes of it. The pixels of a channel share
   weights, and do not average this away: two of them, correlated by c as two samples are, vary together by
   c^2 in what f^2 has of z^2 (its second Hermite polynomial), by about c in the rest; windows that have
   nothing in common are still alike by accident, c^2 = 1 / fan_in. Orthogonal weights keep |z|: only the
   part of f^2 that does not follow z^2 is left, and what a narrowing cuts off. */
static double wi_impl_wave_spread(const wi_impl_wave_at *at, wi_impl_wave z, const double *m, double std,
                                  double correlation)
{
    const wi_layer *layer = at->layer;
    double units = wi_impl_num(layer->outputs), pixels = wi_impl_num(layer->out.height * layer->out.width);
    double f2 = m[WI_IMPL_F2], follow = f2 > 0.0 ? z.second * m[WI_IMPL_ZFD] / std / f2 : 0.0;
    double noise = f2 > 0.0 ? m[WI_IMPL_F4] / (f2 * f2) - 1.0 : 0.0;
    if (at->scheme == WI_SCHEME_ORTHOGONAL)
        noise -= 2.0 * follow * follow * fmin(1.0, units / fmax(at->fan_in, 1.0));
    if (!wi_impl_has_weights(layer) && layer->desc.act.kind == WI_ACT_LINEAR) noise = 0.0;
    double even = fmin(2.0 * follow * follow, fmax(noise, 0.0));
    double accident = wi_impl_has_weights(layer) ? 1 / at->fan_in : 0.0;
    double alike = correlation * correlation + accident;
    noise = noise / pixels + (1 - 1 / pixels) * (even * alike + (noise - even) * correlation);
    return follow * follow * z.spread + fmax(noise, 0.0) / (units / pixels);
}

static double wi_impl_within_one(double x) { return fmax(-1.0, fmin(1.0, x)); }

/* Are weights by this scheme copies of the inputs? */
static int wi_impl_copies_inputs(wi_scheme scheme)
{
    return scheme == WI_SCHEME_IDENTITY || scheme == WI_SCHEME_DIRAC || scheme == WI_SCHEME_BILINEAR;
}

/* Weights with a mean sum up what units have in common: is that so much that the sum is one large part and no
   longer many small ones? And copies of the inputs leave units beyond them at 0: no single law holds all. */
static int wi_impl_as_one(const wi_impl_wave_at *at)
{
    double square = at->x.mean * at->x.mean;
    if (wi_impl_copies_inputs(at->scheme) && at->layer->shape.out > at->layer->shape.in) return 1;
    return wi_impl_has_weights(at->layer) && at->w_mean != 0.0 && at->source
           && at->x.units - square > 0.4 * (at->x.second - square);
}

/* From the pre-activation to all that is said of a layer.
   The activation averages over N(mean, second - mean^2). */
WI_IMPL_RARE static wi_signal wi_impl_wave_signal(const wi_impl_wave_at *at, wi_impl_wave z, int correlate)
{
    wi_act act = at->layer->desc.act;
    double product[WI_IMPL_MOMENTS], q = z.second, square = z.mean * z.mean;
    double std = wi_impl_signal_std(fmax(q - square, 0.0)), var = std * std;
    double gain = wi_impl_has_weights(at->layer) ? at->fan_in * at->w_var : 1.0;
    wi_impl_gauss over = wi_impl_act_averages(&act, z.mean, std);
    const double *m = over.m;
    wi_signal s;
    memset(&s, 0, sizeof s);

    double c = q > 0.0 ? wi_impl_within_one(z.product / q) : 1.0;
    double varied = wi_impl_within_one((c * q - square) / var);   /* correlation of what varies */
    s.q = q;
    s.correlation = c;
    s.mean = z.mean;
    s.act_mean = m[WI_IMPL_F];
    s.act_second = act.kind == WI_ACT_LINEAR ? q : wi_impl_beyond(&act, m[WI_IMPL_F2], q);
    s.chi = gain * m[WI_IMPL_D2];
    s.slope = gain * m[WI_IMPL_ZFD] / std;
    s.depth_q = wi_impl_depth(s.slope);
    s.spread = sqrt(wi_impl_wave_spread(at, z, m, std, varied));

    /* Two inputs. */
    product[0] = c * m[WI_IMPL_F2];
    product[1] = m[WI_IMPL_D2];
    if (correlate) wi_impl_act_product(&over, varied, at->measured, product);
    s.act_correlation = m[WI_IMPL_F2] > 0.0 ? product[0] / m[WI_IMPL_F2] : c;
    s.depth_scale = wi_impl_depth(gain * product[1]);

    /* Two units are alike only where weights have a mean. */
    const double alike[2] = {z.units - square, correlate ? z.pair - square : 0.0};
    for (int k = 1; k >= 0; k--) {
        double common = fabs(alike[k]) <= 1e-9 * var ? 0.0 : wi_impl_within_one(alike[k] / var);
        wi_impl_act_product(&over, common, at->measured, product);
        s.units[k] = product[0];
    }
    s.units[2] = product[1];
    return s;
}

/* The output pixels along one side whose window element `offset` lies inside the image. */
static wi_impl_range wi_impl_inside(size_t length, size_t positions, wi_impl_window window, size_t offset)
{
    size_t end = length + window.padding;   /* position * stride + offset must stay below it */
    wi_impl_range range = {0, end > offset ? (end - offset - 1) / window.stride + 1 : 0};
    range.last = wi_impl_min(range.last, positions);
    if (offset < window.padding) range.first = (window.padding - offset - 1) / window.stride + 1;
    range.first = wi_impl_min(range.first, range.last);
    return range;
}

/* Move the strength of a signal along one side of an image through `taps` of a layer's windows; `back`: of
   the gradient, from the windows to the pixels. What comes back is the mean of the sums, strength having mean
   1 before and after; sides beyond WI_IMPL_ALONG count as even. */
#define WI_IMPL_ALONG 128

WI_IMPL_RARE static double wi_impl_along(const wi_layer *layer, wi_impl_range taps, int axis, int back,
                                         double *strength)
{
    size_t pixels = axis ? layer->in.width : layer->in.height;
    size_t places = axis ? layer->out.width : layer->out.height;
    size_t to = back ? pixels : places, even = pixels > WI_IMPL_ALONG || places > WI_IMPL_ALONG;
    wi_impl_window window = wi_impl_window_of(layer);
    double next[WI_IMPL_ALONG] = {0}, sum = 0;
    size_t reach = (places - 1) * window.stride, first = window.padding - wi_impl_min(window.padding, reach);
    size_t end = wi_impl_min(taps.last, pixels + window.padding);   /* elsewhere all is padding */
    for (size_t offset = first > taps.first ? first : taps.first; offset < end; offset++) {
        wi_impl_range inside = wi_impl_inside(pixels, places, window, offset);
        if (even) sum += wi_impl_num(inside.last - inside.first);
        for (size_t o = inside.first; o < inside.last && !even; o++) {
            size_t pixel = o * window.stride + offset - window.padding;
            double here = strength[back ? o : pixel];
            next[back ? pixel : o] += here;
            sum += here;
        }
    }
    sum /= wi_impl_num(to);
    for (size_t k = 0; k < WI_IMPL_ALONG && sum > 0; k++) strength[k] = even || k >= to ? 1.0 : next[k] / sum;
    return sum;
}

/* The same for both sides; strength is even again behind a layer that mixes all pixels. */
static double wi_impl_cover(const wi_impl_wave_at *at, int back, double (*strength)[WI_IMPL_ALONG])
{
    const wi_layer *layer = at->layer;
    int windows = wi_impl_has(layer, WI_IMPL_WINDOW);
    wi_impl_range taps = {0, windows ? wi_impl_window_of(layer).size : 1};
    if (at->scheme == WI_SCHEME_DIRAC || at->scheme == WI_SCHEME_DELTA_ORTHOGONAL) {   /* all others are 0 */
        taps.first = (taps.last - (at->scheme != WI_SCHEME_DIRAC)) / 2;
        taps.last = taps.first + 1;
    }
    int mixed = layer->in.height * layer->in.width != layer->out.height * layer->out.width;
    double cover = 1;
    for (int axis = 0; axis < 2; axis++) {
        if (windows) cover *= wi_impl_along(layer, taps, axis, back, strength[axis]);
        else for (size_t k = 0; k < WI_IMPL_ALONG && mixed; k++) strength[axis][k] = 1;
    }
    if (!windows) return 1;
    double side = wi_impl_num(taps.last - taps.first);
    return back && layer->desc.kind != WI_LAYER_CONV2D ? cover : cover / (side * side);
}

/* Pairs of pixels of a layer's windows along one side, or of all of a side where it has none, and the taps
   that the convolution in front has on the image at both, tap by tap: n pixels where one is make n^2 pairs.
   Taps and pairs are added to sum[0] and sum[1], and for a pixel and itself to sum[2] and sum[3]. */
WI_IMPL_RARE static void wi_impl_overlaps(const wi_layer *conv, const wi_layer *layer, int axis, double *sum)
{
    wi_impl_window taps = wi_impl_window_of(conv), whole = {axis ? layer->in.width : layer->in.height, 1, 0};
    int windows = wi_impl_has(layer, WI_IMPL_WINDOW);
    size_t side = whole.size, image = axis ? conv->in.width : conv->in.height;
    wi_impl_window window = windows ? wi_impl_window_of(layer) : whole;
    for (size_t place = 0; place < (windows ? axis ? layer->out.width : layer->out.height : 1); place++) {
        wi_impl_range range = wi_impl_under(place, window, side);
        double pixels = wi_impl_num(range.last - range.first);
        sum[1] += pixels * pixels;
        sum[3] += pixels;
        for (size_t tap = 0; tap < taps.size; tap++) {
            wi_impl_range inside = wi_impl_inside(image, range.last, taps, tap);
            size_t first = inside.first > range.first ? inside.first : range.first;
            double on = wi_impl_num(inside.last - wi_impl_min(inside.last, first));
            sum[0] += on * on;
            sum[2] += on;
        }
    }
}

static double wi_impl_alike_of(const wi_layer *conv, const wi_layer *layer)
{
    double alike = 1.0;
    for (int axis = 0; axis < 2; axis++) {
        double sum[4] = {0.0};
        wi_impl_overlaps(conv, layer, axis, sum);
        alike *= sum[0] / sum[1] / (sum[2] / sum[3]);
    }
    return alike;
}

/* `alike`, by the convolution in front, with what works pixel by pixel in between; 1 where there is none. A
   batch norm in between has taken away what all pixels have in common. */
static double wi_impl_alike(const wi_net *net, size_t l)
{
    const wi_layer *layer = &net->layers[l], *norm = NULL;
    size_t reads = wi_impl_reads(&net->layers[l].desc, l);
    int windows = wi_impl_has(layer, WI_IMPL_WINDOW);
    if (layer->desc.kind != WI_LAYER_BATCH_NORM && !windows) return 1.0;
    for (; reads > 0; reads = wi_impl_reads(&net->layers[reads - 1].desc, reads - 1)) {
        const wi_layer *front = &net->layers[reads - 1];
        if (front->desc.kind == WI_LAYER_CONV2D) {
            double alike = wi_impl_alike_of(front, layer), whole = norm ? wi_impl_alike_of(front, norm) : 0.0;
            return whole < 1.0 ? (alike - whole) / (1.0 - whole) : alike;
        }
        if (front->desc.kind == WI_LAYER_BATCH_NORM) norm = front;
        else if (wi_impl_has(front, ~WI_IMPL_RATE)) break;
    }
    return 1.0;
}

/* What a layer reads, before its activation; a maximum wants a smooth law there. */
static void wi_impl_wave_source(wi_impl_wave_at *at, const wi_net *net, size_t l, const wi_impl_wave *input,
                                const wi_signal *per_layer)
{
    size_t reads = wi_impl_reads(&net->layers[l].desc, l);
    at->z = *input;
    if (reads == 0) return;
    const wi_signal *s = &per_layer[reads - 1];
    at->source = &net->layers[reads - 1];
    wi_layer_kind kind = at->source->desc.kind;
    at->z.mean = s->mean;
    at->z.second = s->q;
    at->z.product = s->q * s->correlation;
    at->unknown |= at->layer->desc.kind == WI_LAYER_MAX_POOL
                && (kind == WI_LAYER_MAX_POOL || kind == WI_LAYER_AVG_POOL || kind == WI_LAYER_DROPOUT);
}

/* Tied weights W^T read f(W x): beside a sum of many small parts, E f'(z) sum over j of w_ij^2 gives x_i
   back. Known where they mirror the layer before them, and that the inputs. */
static void wi_impl_wave_tied(wi_impl_wave_at *at, const wi_net *net, size_t l, const wi_impl_wave *input,
                              const wi_signal *per_layer)
{
    size_t owner = at->layer->desc.tied - 1;
    at->unknown |= wi_impl_reads(&at->layer->desc, l) != owner + 1
                || wi_impl_reads(&net->layers[owner].desc, owner) != 0;
    if (at->unknown) return;
    double std = sqrt(fmax(per_layer[owner].q - per_layer[owner].mean * per_layer[owner].mean, 0.0));
    double slope = wi_act_moments(at->source->desc.act, per_layer[owner].mean, std).slope_mean;
    at->echo = at->fan_in * at->w_var * slope;
    at->mirrored = *input;
}

/* A layer under theory; `strength` moves on through its windows, forward or back, and is even where a path
   begins. */
WI_IMPL_RARE static wi_impl_wave_at wi_impl_wave_at_of(const wi_net *net, size_t l, const wi_impl_wave *input,
                                                       const wi_stats *weights, const wi_signal *per_layer,
                                                       int back, double (*strength)[WI_IMPL_ALONG])
{
    wi_impl_wave_at at;
    memset(&at, 0, sizeof at);
    at.layer = &net->layers[l];
    wi_impl_wave_law(&at, net, l, weights);
    at.x = wi_impl_wave_after(per_layer, wi_impl_reads(&net->layers[l].desc, l), input);
    size_t begins = back ? l + 1 : l;
    if (begins == (back ? net->layer_count : 0) || net->layers[begins].desc.from > 1)
        for (size_t k = 0; k < WI_IMPL_ALONG; k++) strength[0][k] = strength[1][k] = 1;
    if (at.layer->desc.span) at.skipped = wi_impl_wave_after(per_layer, l + 1 - at.layer->desc.span, input);
    at.cover = wi_impl_cover(&at, back, strength);
    wi_impl_wave_source(&at, net, l, input, per_layer);
    at.alike = wi_impl_alike(net, l);
    if (at.layer->desc.tied) wi_impl_wave_tied(&at, net, l, input, per_layer);
    int fixed = at.scheme == WI_SCHEME_HADAMARD || wi_impl_copies_inputs(at.scheme);
    at.unknown |= fixed && (at.source || (at.scheme == WI_SCHEME_BILINEAR && at.layer->desc.padding));
    at.unknown |= at.x.second != at.x.second || at.skipped.second != at.skipped.second;
    return at;
}

/* What layer l passes back: dx and units, to the layer before it and to the one that a skip adds. */
WI_IMPL_RARE static void wi_impl_wave_back(const wi_net *net, size_t l, const wi_impl_wave_at *at,
                                           wi_signal *per_layer)
{
    wi_signal *s = &per_layer[l];
    wi_impl_wave z = at->x;
    int weights = wi_impl_has_weights(at->layer);
    double sw2 = weights ? at->fan_in * at->w_var : 1.0;
    double var = s->q - s->mean * s->mean, std = sqrt(var < 0.0 ? 0.0 : var);   /* NaN stays NaN */
    double slope = sw2 > 0.0 ? s->chi / sw2 : wi_act_moments(at->layer->desc.act, s->mean, std).slope_second;
    if (l + 1 < net->layer_count) {
        s->backward *= slope;
        s->units[3] *= s->units[2];
    }
    double factor = wi_impl_kind_of(at->layer->desc.kind)->theory(at, &z), n = at->fan_out * at->cover;
    if (at->unknown) factor = WI_IMPL_NAN;
    double dx = s->backward * factor, units = s->units[3] * factor;
    if (weights) {   /* sums of n gradients, which a mean of the weights has in common */
        double more = at->w_mean * at->w_mean * n * fmax(n - 1, 0.0) * s->units[3];
        units = at->w_mean * at->w_mean * n * s->backward + more;
        dx = more > 0.03 * dx && l > 1 ? WI_IMPL_NAN : dx + more;   /* here too the units act as one */
    }
    const size_t readers[2] = {l + 1 - wi_impl_reads(&net->layers[l].desc, l), at->layer->desc.span};
    for (size_t k = 0; k < 2; k++)
        if (readers[k] > 0 && readers[k] <= l) {
            per_layer[l - readers[k]].backward += dx;
            per_layer[l - readers[k]].units[3] += units;
        }
}

/* Follow a signal through the network and its gradient back: by the statistics of all layers' weights or,
   where these are NULL, by the recipes; `correlate` two samples as well. On the way back, `backward` first
   gathers E dpost^2 from all that read the layer, then becomes E dpre^2; the last layer's dpre is the unit.
   units[3] does the same for the gradients of two units. */
WI_IMPL_RARE static void wi_impl_net_theory(const wi_net *net, const wi_impl_wave *input,
                                            const wi_stats *weights, int correlate, wi_signal *per_layer)
{
    double strength[2][WI_IMPL_ALONG];
    for (size_t l = 0; l < net->layer_count; l++) {
        wi_impl_wave_at at = wi_impl_wave_at_of(net, l, input, weights, per_layer, 0, strength);
        wi_impl_wave z = at.x;
        (void)wi_impl_kind_of(at.layer->desc.kind)->theory(&at, &z);
        int silent = at.unknown || wi_impl_as_one(&at);
        per_layer[l] = silent ? wi_impl_signal_nan() : wi_impl_wave_signal(&at, z, correlate);
        if (!at.unknown) per_layer[l].q = z.second;   /* takes no more than the moments of what is read */
        per_layer[l].backward = per_layer[l].units[3] = 0.0;
    }
    per_layer[net->layer_count - 1].backward = 1.0;
    for (size_t l = net->layer_count; l-- > 0;) {
        wi_impl_wave_at at = wi_impl_wave_at_of(net, l, input, weights, per_layer, 1, strength);
        wi_impl_wave_back(net, l, &at, per_layer);
    }
}

/* Inputs of second moment q, two of them correlated by c. */
static WI_IMPL_APART wi_status wi_impl_theory_of(const wi_net *net, double q, double c, wi_signal *per_layer)
{
    if (WI_IMPL_FORWARD_ONLY || !net || !net->layers || !per_layer) return WI_ERR_ARG;
    if (!(q > 0.0) || !wi_impl_finite(q) || !(fabs(c) <= 1.0)) return WI_ERR_ARG;
    wi_impl_wave x = {0.0, q, c * q, 0.0, 0.0, 0.0};
    wi_impl_net_theory(net, &x, NULL, 1, per_layer);
    return WI_OK;
}

WI_API wi_status wi_net_theory_from(const wi_net *net, wi_signal input, wi_signal *per_layer)
{
    return wi_impl_theory_of(net, input.q, input.correlation, per_layer);
}

WI_API wi_status wi_net_theory(const wi_net *net, double input_second_moment, wi_signal *per_layer)
{
    return wi_impl_theory_of(net, input_second_moment, 0.0, per_layer);
}

/* ==== 9. Losses >>loss-impl ===============================================
   A loss is a row of a table: its value and gradient for one sample, and what a prediction makes of the
   network's output. All sums are in double. Logits may be infinite: what is certain costs nothing if it is
   right and infinity if it is wrong, and no difference of infinities makes a NaN. */

static double wi_impl_mat_get(wi_mat m, size_t i, size_t j)
{
    return (double)m.data[i * m.row_step + j * m.col_step];
}

static void wi_impl_mat_set(wi_mat m, size_t i, size_t j, double value)
{
    m.data[i * m.row_step + j * m.col_step] = (wi_real)value;
}

/* |y - t|^2 / 2, gradient y - t */
static double wi_impl_half_squared(const wi_mat *y, const wi_mat *target, const wi_mat *dy, size_t i,
                                   double share, const double *weights)
{
    double loss = 0;
    (void)weights;
    for (size_t j = 0; j < y->cols; j++) {
        double a = wi_impl_mat_get(*y, i, j), t = wi_impl_mat_get(*target, i, j), d = a == t ? 0 : a - t;
        loss += d * d / 2;
        if (dy) wi_impl_mat_set(*dy, i, j, d * share);
    }
    return loss;
}

/* -t log p - (1 - t) log(1 - p) with p = sigmoid(y) is max(y, 0) - t y + log(1 + exp(-|y|)), which never
   overflows; gradient p - t. */
static double wi_impl_binary(const wi_mat *y, const wi_mat *target, const wi_mat *dy, size_t i,
                             double share, const double *weights)
{
    double loss = 0;
    (void)weights;
    for (size_t j = 0; j < y->cols; j++) {
        double z = wi_impl_mat_get(*y, i, j), t = target ? wi_impl_mat_get(*target, i, j) : 0;
        double rise = z > 0 ? 1 - t : -t;
        if (target) loss += (rise == 0 ? 0 : rise * z) + log1p(exp(-fabs(z)));
        if (dy) wi_impl_mat_set(*dy, i, j, (wi_act_value(wi_sigmoid(), z) - t) * share);
    }
    return loss;
}

/* y - max y of a row; what equals the maximum is 0, however large. */
static double wi_impl_below_top(const wi_mat *y, size_t i, size_t j, double top)
{
    double z = wi_impl_mat_get(*y, i, j);
    return z == top ? 0 : z - top;
}

/* -sum w t log p with log p = (y - max y) - log sum exp(y - max y) and w the weights of the classes, or 1;
   gradient p sum(w t) - w t. */
static double wi_impl_softmax(const wi_mat *y, const wi_mat *target, const wi_mat *dy, size_t i,
                              double share, const double *weights)
{
    double top = wi_impl_mat_get(*y, i, 0), sum = 0, loss = 0, all = weights ? 0 : 1;
    for (size_t j = 1; j < y->cols; j++) {
        double z = wi_impl_mat_get(*y, i, j);
        if (z > top) top = z;
    }
    for (size_t j = 0; j < y->cols; j++) sum += exp(wi_impl_below_top(y, i, j, top));
    for (size_t j = 0; weights && j < y->cols; j++) all += weights[j] * wi_impl_mat_get(*target, i, j);
    const double log_sum = log(sum);
    for (size_t j = 0; j < y->cols; j++) {
        double log_p = wi_impl_below_top(y, i, j, top) - log_sum;
        double t = target ? wi_impl_mat_get(*target, i, j) * (weights ? weights[j] : 1) : 0;
        if (t != 0) loss -= t * log_p;
        if (dy) wi_impl_mat_set(*dy, i, j, (exp(log_p) * all - t) * share);
    }
    return loss;
}

typedef struct wi_impl_loss_row {
    const char *name;
    int by_class;   /* class weights act within a row; else on the row as a whole, by its class */
    int logits;     /* the prediction is p, which is the gradient where t is 0; else it is y */
    /* the loss of row i; dy, if given, gets share times its gradient; without a target (NULL) t is 0 */
    double (*value)(const wi_mat *y, const wi_mat *target, const wi_mat *dy, size_t i, double share,
                    const double *weights);
} wi_impl_loss_row;

static const wi_impl_loss_row *wi_impl_loss_of(wi_loss loss)
{
    static const wi_impl_loss_row table[] = {   /* in the order of wi_loss */
        {"half_squared", 0, 0, wi_impl_half_squared},
        {"binary_cross_entropy", 0, 1, wi_impl_binary},
        {"softmax_cross_entropy", 1, 1, wi_impl_softmax},
    };
    return (size_t)loss < WI_COUNT(table) ? &table[loss] : NULL;
}

/* Are the outputs values, with no sigmoid or softmax behind them? */
static WI_IMPL_UNUSED int wi_impl_loss_of_values(wi_loss loss)
{
    return !wi_impl_loss_of(loss)->logits;
}

WI_API const char *wi_loss_name(wi_loss loss)
{
    const wi_impl_loss_row *row = wi_impl_loss_of(loss);
    return row ? row->name : "not a wi_loss";
}

WI_IMPL_APART static size_t wi_impl_argmax(const wi_real *x, size_t n, size_t step)
{
    size_t best = n;
    for (size_t j = 0; j < n; j++)
        if (x[j * step] == x[j * step] && (best == n || x[j * step] > x[best * step])) best = j;
    return best;
}

WI_API size_t wi_argmax(const wi_real *x, size_t n)
{
    return x ? wi_impl_argmax(x, n, 1) : n;
}

/* The class of a row is its largest entry; 0 where there is no number. */
static size_t wi_impl_class_of(wi_mat m, size_t i)
{
    size_t best = wi_impl_argmax(m.data + i * m.row_step, m.cols, m.col_step);
    return best < m.cols ? best : 0;
}

/* Mean of the rows' losses, weighted by the rows' classes; class_weights [outputs], NULL for equal ones. */
WI_IMPL_APART static double wi_impl_loss_mean(wi_loss loss, const wi_mat *y, const wi_mat *target,
                                              const wi_mat *dy, const double *class_weights)
{
    const wi_impl_loss_row *row = wi_impl_loss_of(loss);
    double total = class_weights ? 0 : wi_impl_num(y->rows), mean = 0;
    for (size_t i = 0; class_weights && i < y->rows; i++)
        total += class_weights[wi_impl_class_of(*target, i)];
    double share = 1 / total;
    for (size_t i = 0; i < y->rows; i++) {
        if (class_weights && !row->by_class) share = class_weights[wi_impl_class_of(*target, i)] / total;
        mean += row->value(y, target, dy, i, share, class_weights) * share;
    }
    return mean;
}

/* What label smoothing by s adds to each target: its share of s. A single output has two sides. */
static WI_IMPL_UNUSED double wi_impl_smoothing(double s, size_t outputs)
{
    return s / wi_impl_num(outputs > 2 ? outputs : 2);
}

WI_API wi_status wi_loss_of(wi_loss loss, wi_mat y, wi_mat target, wi_mat *dy, double *value)
{
    if (!y.data || !target.data || (dy && !dy->data) || !wi_impl_loss_of(loss)) return WI_ERR_ARG;
    if (y.rows == 0 || y.cols == 0 || y.rows != target.rows || y.cols != target.cols) return WI_ERR_SHAPE;
    if (dy && (dy->rows != y.rows || dy->cols != y.cols)) return WI_ERR_SHAPE;
    if (dy && wi_impl_mat_coincides(dy)) return WI_ERR_ARG;
    double mean = wi_impl_loss_mean(loss, &y, &target, dy, NULL);
    if (value) *value = mean;
    return WI_OK;
}

WI_API wi_status wi_net_predict(wi_net *net, wi_mat x, wi_loss loss, wi_mat out)
{
    if (!net || !net->layers) return wi_impl_no_net(net);
    const wi_impl_loss_row *row = wi_impl_loss_of(loss);
    wi_status status = wi_impl_check_batch(net, wi_impl_rows(&x, 0, net->max_batch));
    if (status != WI_OK) return status;
    if (!row) return wi_impl_fail(&net->error, WI_ERR_ARG, "%d is not a wi_loss", (int)loss);
    if (!out.data) return wi_impl_fail(&net->error, WI_ERR_ARG, "out has no data (NULL)");
    if (out.rows != x.rows || out.cols != net->outputs)
        return wi_impl_fail(&net->error, WI_ERR_SHAPE, "out is %zu x %zu, not %zu rows x %zu outputs",
                            out.rows, out.cols, x.rows, net->outputs);
    if (wi_impl_mat_coincides(&out)) return wi_impl_fail(&net->error, WI_ERR_ARG, "elements of out coincide");
    if (x.rows > net->max_batch && wi_impl_mat_overlap(&out, &x))   /* the first rows were inputs no more */
        return wi_impl_fail(&net->error, WI_ERR_ARG, "out lies where x does");
    for (size_t first = 0; first < x.rows; first += net->max_batch) {
        wi_mat y, to = wi_impl_rows(&out, first, net->max_batch);
        (void)wi_net_forward(net, wi_impl_rows(&x, first, net->max_batch), WI_EVAL, &y);
        for (size_t i = 0; i < to.rows; i++) {
            if (row->logits) (void)row->value(&y, NULL, &to, i, 1, NULL);
            else for (size_t j = 0; j < to.cols; j++) wi_impl_mat_set(to, i, j, wi_impl_mat_get(y, i, j));
        }
    }
    net->batch = 0;   /* a backward pass needs a forward pass of its own */
    return wi_impl_ok(&net->error);
}

/* ==== 10. Optimisers >>opt-impl ===========================================
   A rule is a row of a list (which averages it keeps, its default rate) and its formula in
   wi_impl_opt_block(), which applies those of the section's head to 16 parameters at once, in lanes. */

#define WI_IMPL_OPTS(X)      /* in the order of wi_opt_kind: keeps m, keeps v, rate */ \
    X(SGD, 0, 0, 0.01) X(MOMENTUM, 1, 0, 0.01) X(NESTEROV, 1, 0, 0.01)                 \
    X(RMSPROP, 0, 1, 0.001) X(ADAM, 1, 1, 0.001)

typedef struct wi_impl_opt_row {
    int m, v;      /* keeps a mean of gradients, of their squares */
    double rate;   /* where the description says 0 */
} wi_impl_opt_row;

static const wi_impl_opt_row wi_impl_opt_rows[] = {
#define WI_IMPL_OPT_ROW(KIND, m, v, rate) {m, v, rate},
    WI_IMPL_OPTS(WI_IMPL_OPT_ROW)
};

static wi_opt_desc wi_impl_opt_desc(wi_opt_kind kind, double rate, double momentum, double beta2)
{
    wi_opt_desc desc = {(int)kind, rate, momentum, beta2, wi_impl_opt_rows[kind].v ? 1e-8 : 0, 0};
    return desc;
}

WI_API wi_opt_desc wi_sgd(double rate) { return wi_impl_opt_desc(WI_OPT_SGD, rate, 0, 0); }
WI_API wi_opt_desc wi_momentum(double rate, double momentum)
{
    return wi_impl_opt_desc(WI_OPT_MOMENTUM, rate, momentum, 0);
}
WI_API wi_opt_desc wi_nesterov(double rate, double momentum)
{
    return wi_impl_opt_desc(WI_OPT_NESTEROV, rate, momentum, 0);
}
WI_API wi_opt_desc wi_rmsprop(double rate) { return wi_impl_opt_desc(WI_OPT_RMSPROP, rate, 0, 0.99); }
WI_API wi_opt_desc wi_adam(double rate) { return wi_impl_opt_desc(WI_OPT_ADAM, rate, 0.9, 0.999); }
WI_API wi_opt_desc wi_adamw(double rate, double decay)
{
    wi_opt_desc desc = wi_adam(rate);
    desc.decay = decay;
    return desc;
}

/* What a number of a description may be. */
typedef struct wi_impl_limit { const char *name; size_t at; double least, most; } wi_impl_limit;

WI_IMPL_RARE static wi_status wi_impl_limits_check(const wi_impl_limit *limits, size_t count,
                                                   const void *desc, const char *whose, wi_error *error)
{
    for (const wi_impl_limit *limit = limits; limit < limits + count; limit++) {
        double value = *(const double *)(const void *)((const char *)desc + limit->at);
        if (!(value >= limit->least && value <= limit->most))   /* NaN is neither */
            return wi_impl_fail(error, WI_ERR_ARG, "%s%s is %g, which is out of range", whose, limit->name,
                                value);
    }
    return WI_OK;
}

WI_IMPL_RARE static wi_status wi_impl_opt_check(const wi_opt_desc *desc, wi_error *error)
{
    if ((size_t)desc->kind >= WI_COUNT(wi_impl_opt_rows))   /* or below 0 */
        return wi_impl_fail(error, WI_ERR_ARG, "%d is not a wi_opt_kind", desc->kind);
#define WI_IMPL_LIMIT(name, least, most) {#name, offsetof(wi_opt_desc, name), least, most},
    static const wi_impl_limit limits[] = {
        WI_IMPL_LIMIT(rate, 0, WI_IMPL_REAL_MAX) WI_IMPL_LIMIT(momentum, 0, 1 - DBL_EPSILON / 2)
        WI_IMPL_LIMIT(beta2, 0, 1 - DBL_EPSILON / 2) WI_IMPL_LIMIT(decay, 0, WI_IMPL_REAL_MAX)
        WI_IMPL_LIMIT(epsilon, 0, WI_IMPL_REAL_MAX)
        WI_IMPL_LIMIT(epsilon, WI_IMPL_REAL_MIN, WI_IMPL_REAL_MAX)   /* where a root is divided by */
    };
#undef WI_IMPL_LIMIT
    return wi_impl_limits_check(limits, WI_COUNT(limits) - !wi_impl_opt_rows[desc->kind].v, desc,
                                "the optimiser's ", error);
}

WI_API wi_status wi_opt_create(wi_opt *opt, wi_opt_desc desc, size_t n)
{
    if (!opt) return WI_ERR_ARG;
    wi_status status = wi_impl_opt_check(&desc, NULL);
    if (status != WI_OK) return status;
    if (n == 0) return WI_ERR_SHAPE;

    const wi_impl_opt_row *row = &wi_impl_opt_rows[desc.kind];
    wi_opt fresh;
    memset(&fresh, 0, sizeof fresh);
    fresh.desc = desc;
    if (desc.rate == 0) fresh.desc.rate = row->rate;
    fresh.n = n;
    size_t count = wi_impl_mul(n, (size_t)(row->m + row->v));
    if (count > 0) {
        fresh.owned = wi_impl_alloc(count, sizeof(wi_real));
        if (!fresh.owned) return WI_ERR_MEMORY;
        memset(fresh.owned, 0, count * sizeof(wi_real));
    }
    if (row->m) fresh.m = (wi_real *)fresh.owned;
    if (row->v) fresh.v = (wi_real *)fresh.owned + (row->m ? n : 0);
    *opt = fresh;
    return WI_OK;
}

WI_API void wi_opt_destroy(wi_opt *opt)
{
    if (!opt) return;
    if (opt->owned) WINIT_FREE(opt->owned);
    memset(opt, 0, sizeof *opt);
}

/* What a step needs to know, in the numbers' own type. */
typedef struct wi_impl_opt_rule {
    wi_real rate, keep, shrink, l2, mu, rest1, b2, rest2, e, root;
} wi_impl_opt_rule;

/* sqrt(v), v >= 0. In float by Newton's method for 1 / sqrt(v) from a guess made of the bits, because sqrtf()
   checks its argument, and a check is a branch that lanes cannot take. Good to the last bit or two. */
WI_IMPL_INLINE wi_real wi_impl_root(int fused, wi_real v)
{
#if WI_IMPL_DOUBLE
    (void)fused;
    return sqrt(v);
#else
    uint32_t bits;
    float y, s;
    v = wi_impl_pick(v > 3e38f, 3e38f, v);
    memcpy(&bits, &v, sizeof bits);
    bits = 0x5F3759DFu - (bits >> 1);
    memcpy(&y, &bits, sizeof y);
    for (int i = 0; i < 3; i++) y = y * wi_impl_madd(fused, -0.5f * v * y, y, 1.5f);
    s = v * y;
    return wi_impl_madd(fused, 0.5f * y, wi_impl_madd(fused, -s, s, v), s);
#endif
}

/* Parameters at work: what they are, the means that the rule keeps, else NULL, and their gradients. */
typedef struct wi_impl_opt_at {
    wi_real *w, *m, *v;
    const wi_real *g;
} wi_impl_opt_at;

/* One step for n parameters, 16 or 1, from number `first` on. Whatever is new is computed before anything is
   stored, so that it can be done in lanes. The formulas stand at the head of section 10; decay first
   multiplies w by keep. */
WI_IMPL_INLINE void wi_impl_opt_block(int kind, int fused, const wi_impl_opt_rule *r,
                                      const wi_impl_opt_at *at, size_t first, size_t n)
{
    wi_real new_w[16], new_m[16], new_v[16], *w = at->w + first;
    int has_m = wi_impl_opt_rows[kind].m, has_v = wi_impl_opt_rows[kind].v;
    wi_real *m = has_m ? at->m + first : NULL, *v = has_v ? at->v + first : NULL;
    for (size_t i = 0; i < n; i++) {
        wi_real d = wi_impl_maddr(fused, r->l2, w[i], r->shrink * at->g[first + i]), go = d;
        if (has_m) go = new_m[i] = kind == WI_OPT_ADAM ? wi_impl_maddr(fused, r->rest1, d, r->mu * m[i])
                                                       : wi_impl_maddr(fused, r->mu, m[i], d);
        if (kind == WI_OPT_NESTEROV) go = wi_impl_maddr(fused, r->mu, go, d);
        if (has_v) {
            new_v[i] = wi_impl_maddr(fused, r->rest2 * d, d, r->b2 * v[i]);
            go = go / wi_impl_maddr(fused, wi_impl_root(fused, new_v[i]), r->root, r->e);
        }
        new_w[i] = wi_impl_maddr(fused, -r->rate, go, r->keep * w[i]);
    }
    memcpy(w, new_w, n * sizeof *w);
    if (has_m) memcpy(m, new_m, n * sizeof *m);
    if (has_v) memcpy(v, new_v, n * sizeof *v);
}

/* The parameters [i, end): a loop for each rule, of its formula alone; what that leaves over, in a rare body
   all of them, goes through one loop for any rule. */
#define WI_IMPL_OPT_CASE(KIND, M, V, RATE) \
    case WI_OPT_##KIND: \
        for (; end - i >= 16; i += 16) wi_impl_opt_block(WI_OPT_##KIND, fused, r, at, i, 16); \
        break;
#define WI_IMPL_OPT_RUN(name, TARGET, FUSED)                                                                 \
TARGET static void name(int kind, const wi_impl_opt_rule *r, const wi_impl_opt_at *at, size_t i, size_t end) \
{                                                                                                            \
    enum { fused = FUSED, one = WI_IMPL_IS_RARE(FUSED) };                                                    \
    switch (one ? -1 : kind) {                                                                               \
    WI_IMPL_OPTS(WI_IMPL_OPT_CASE)                                                                           \
    default: break;                                                                                          \
    }                                                                                                        \
    for (; i < end; i++) wi_impl_opt_block(kind, fused, r, at, i, 1);                                        \
}
WI_IMPL_STAMP(WI_IMPL_OPT_RUN, wi_impl_opt_run)   /* memory is the limit: no wider lanes needed */

/* Apply step number opt->step to the parameters [first, first + n). Each gradient g is first replaced by
   shrink g + l2 w: gradient clipping, then the gradient of weight decay as a penalty, as PyTorch has them.
   One sweep: each number is read and written once. */
static void wi_impl_opt_apply(const wi_opt *opt, wi_real *params, const wi_real *grads, size_t first,
                              size_t n, double rate, double shrink, double l2)
{
    const wi_opt_desc *desc = &opt->desc;
    const wi_impl_opt_at at = {params, opt->m, opt->v, grads};
    wi_impl_opt_rule r;
    double root = 1;
    if (n == 0) return;
    r.keep = (wi_real)(1 - rate * desc->decay);
    if (desc->kind == WI_OPT_ADAM) {   /* the corrections 1 - b^t go into the rate and into sqrt(v) */
        rate /= 1 - pow(desc->momentum, wi_impl_num(opt->step));
        root = 1 / sqrt(1 - pow(desc->beta2, wi_impl_num(opt->step)));
    }
    r.rate = (wi_real)rate;
    r.root = (wi_real)root;
    r.shrink = (wi_real)shrink;
    r.l2 = (wi_real)l2;
    r.mu = (wi_real)desc->momentum;
    r.rest1 = (wi_real)(1 - desc->momentum);
    r.b2 = (wi_real)desc->beta2;
    r.rest2 = (wi_real)(1 - desc->beta2);
    r.e = (wi_real)desc->epsilon;
    const size_t parts = wi_impl_threads(wi_impl_num(n), 5e4);
    WI_IMPL_SHARE_OUT(WI_IMPL_WIDEST(wi_impl_opt_run)(desc->kind, &r, &at,
                                                      first + wi_impl_share(n, parts, t),
                                                      first + wi_impl_share(n, parts, t + 1)))
}

WI_API wi_status wi_opt_step(wi_opt *opt, wi_real *params, const wi_real *grads)
{
    if (!opt || !params || !grads || opt->n == 0) return WI_ERR_ARG;
    wi_status status = wi_impl_opt_check(&opt->desc, NULL);
    if (status != WI_OK) return status;
    opt->step++;
    wi_impl_opt_apply(opt, params, grads, 0, opt->n, opt->desc.rate, 1, 0);
    return WI_OK;
}

#endif /* WINIT_NO_NET */

/* ==== 11. Data >>data-impl ================================================
   bytes or text -> a reader -> one block of numbers -> batches

   Every reader goes the same way: look at the head, find out how many numbers there can be at most, allocate
   x and y as one block, fill it in one pass, and hand it over when all of it was good. A network trains on
   small batches in random order: what is shuffled is a list of row numbers, and wi_data_gather() copies the
   rows it names. Before that, every feature is brought to

       z = (x - mean) / std          mean 0 and variance 1, as section 7 assumes,

   with a mean and a std of the training part alone: what is measured on the test part is no test any more. */

/* ---- Files, whole or not at all ----------------------------------------------
   Reading takes a file into memory. Writing makes a new file beside the old one, under a name that nothing
   else has, flushes it to the disk, and gives it the old one's name in one step. So at any time there is one
   whole file of that name, the old or a new one: with several writers, after a crash, after a power cut.
   Section 14 reads and writes by the same functions. */

#if !defined(WINIT_NO_DATA) || !defined(WINIT_NO_SAVE)
/* A file in memory, and where the sentence goes that says what is wrong with it. */
typedef struct wi_impl_source {
    const char *name;
    const unsigned char *bytes;   /* [size] */
    size_t size;
    wi_error *error;              /* or NULL */
    void *owned;                  /* what wi_impl_close() gives back: the bytes, or NULL */
    int mapped;                   /* owned is a view of the file itself */
} wi_impl_source;

static wi_impl_source wi_impl_buffer(const char *name, const void *bytes, size_t size, wi_error *error)
{
    wi_impl_source source = {name, (const unsigned char *)bytes, size, error, NULL, 0};
    return source;
}

/* wi_impl_fail() with a sentence that begins with the file's name. */
WI_IMPL_FORMAT(3, 4)
WI_IMPL_RARE static wi_status wi_impl_reject(const wi_impl_source *source, wi_status status,
                                             const char *format, ...)
{
    if (source->error) {
        wi_impl_text text = {source->error->text, sizeof source->error->text, 0};
        va_list list;
        va_start(list, format);
        source->error->status = status;
        wi_impl_put_string(&text, source->name);
        wi_impl_put_list(&text, format, list);
        va_end(list);
    }
    return status;
}

WI_IMPL_RARE static WI_IMPL_UNUSED wi_status wi_impl_no_memory(const wi_impl_source *source, size_t count,
                                                               const char *what)
{
    return wi_impl_reject(source, WI_ERR_MEMORY, ": no memory for %zu %s", count, what);
}

/* Allocate what is filled once, front to back. Most of the time that this takes goes into new pages of
   memory: where Linux may make them of 2 MB in place of 4 KB, it takes a quarter. */
static WI_IMPL_UNUSED void *wi_impl_expanse(size_t count, size_t size)
{
    char *block = (char *)wi_impl_alloc(count, size);
#if defined(__linux__) && defined(WI_IMPL_UNIX)
#ifndef __cplusplus
    extern int madvise(void *block, size_t bytes, int advice);   /* hidden by -std=c99 */
#endif
    size_t skip = (0 - (uintptr_t)block) % 65536;
    if (block && count * size >= 1u << 23) (void)madvise(block + skip, count * size - skip, 14);   /* huge */
#endif
    return block;
}

#ifndef WINIT_NO_STDIO
/* The end of a path, so that the sentence about it fits a wi_error. */
static const char *wi_impl_path_end(const char *path)
{
    size_t length = strlen(path);
    if (length > 80) path += length - 80;
    while (length > 80 && wi_impl_goes_on(*path)) path++;
    return path;
}

/* How much of a path is the folder, its last separator included. */
static WI_IMPL_UNUSED size_t wi_impl_folder(const char *path)
{
    size_t length = strlen(path);
    while (length > 0 && !strchr(WI_IMPL_SEPARATORS, path[length - 1])) length--;
    return length;
}

static const char *wi_impl_reason(void)
{
    return errno ? strerror(errno) : "unknown reason";
}

#ifdef _WIN32
/* Functions of kernel32, which every program links, declared as <windows.h> would: that header would bring
   some thousand names along. */
#ifndef _WINDOWS_
__declspec(dllimport) int __stdcall MultiByteToWideChar(unsigned, unsigned long, const char *, int, wchar_t *,
                                                        int);
__declspec(dllimport) int __stdcall MoveFileExW(const wchar_t *, const wchar_t *, unsigned long);
struct _SECURITY_ATTRIBUTES;
__declspec(dllimport) void *__stdcall CreateFileMappingW(void *, struct _SECURITY_ATTRIBUTES *, unsigned long,
                                                         unsigned long, unsigned long, const wchar_t *);
__declspec(dllimport) void *__stdcall MapViewOfFile(void *, unsigned long, unsigned long, unsigned long,
                                                    size_t);
__declspec(dllimport) int __stdcall UnmapViewOfFile(const void *);
__declspec(dllimport) int __stdcall CloseHandle(void *);
#endif
typedef struct wi_impl_wide { wchar_t path[1024]; } wi_impl_wide;

/* A path there is UTF-16. Ours are UTF-8 or, where that does not fit, of the system's old code page. */
static const wchar_t *wi_impl_widen(wi_impl_wide *wide, const char *path)
{
    int ok = MultiByteToWideChar(65001, 8, path, -1, wide->path, (int)WI_COUNT(wide->path))
             || MultiByteToWideChar(0, 0, path, -1, wide->path, (int)WI_COUNT(wide->path));
    return ok ? wide->path : L"";
}

static FILE *wi_impl_stream(const char *path, const wchar_t *mode)
{
    wi_impl_wide wide;
    return _wfopen(wi_impl_widen(&wide, path), mode);
}
#define WI_IMPL_STREAM(path, mode) wi_impl_stream(path, L##mode)
#else
#define WI_IMPL_STREAM(path, mode) fopen(path, mode)
#endif

/* Read a file or a pipe, out of which `what` is to be made, until there is no more: what the system says of
   the size is where the buffer starts, but a file may grow or shrink meanwhile. Close it in any case. */
WI_IMPL_RARE static wi_status wi_impl_open(wi_impl_source *file, const void *what, const char *path,
                                           wi_error *error)
{
    size_t capacity = 65536;
    memset(file, 0, sizeof *file);
    if (!what || !path) return wi_impl_fail(error, WI_ERR_ARG, "what should be loaded, or the path, is NULL");
    file->name = wi_impl_path_end(path);
    file->error = error;
#ifdef WI_IMPL_UNIX
    struct stat info;
    int known = stat(path, &info) == 0;
    if (known && S_ISCHR(info.st_mode)) return wi_impl_reject(file, WI_ERR_IO, ": a device, without an end");
    if (known && info.st_size > 0) capacity = (size_t)info.st_size + 1;
#endif
    errno = 0;
    FILE *stream = WI_IMPL_STREAM(path, "rb");
    if (!stream) return wi_impl_reject(file, WI_ERR_IO, ": cannot be opened: %s", wi_impl_reason());
    unsigned char *buffer = (unsigned char *)wi_impl_expanse(capacity, 1);
    while (buffer && !feof(stream) && !(ferror(stream) && errno != EINTR)) {
        if (file->size == capacity) {
            unsigned char *larger = (unsigned char *)wi_impl_expanse(capacity, 2);
            if (larger) memcpy(larger, buffer, capacity);
            WINIT_FREE(buffer);
            buffer = larger;
            capacity *= 2;
            continue;
        }
        clearerr(stream);   /* a signal has only interrupted */
        file->size += fread(buffer + file->size, 1, capacity - file->size, stream);
    }
    wi_status status = WI_OK;
    if (!buffer) status = wi_impl_no_memory(file, capacity, "bytes");
    else if (ferror(stream))   /* a directory may well be opened; it is reading that fails */
        status = wi_impl_reject(file, WI_ERR_IO, ": cannot be read: %s", wi_impl_reason());
    fclose(stream);
    file->owned = buffer;
    file->bytes = buffer;
    return status;
}

enum { WI_IMPL_PATH = 4096 };   /* room for a path; a longer one cannot be opened */

#ifndef WI_IMPL_SYS
/* C alone knows no way to replace a file in one step. */
static int wi_impl_put_file(const char *path, char *room, const void *bytes, size_t size)
{
    (void)room;
    FILE *file = fopen(path, "wb");
    int ok = file && fwrite(bytes, 1, size, file) == size;
    return file && fclose(file) == 0 && ok;   /* what a full disk says may come as late as that */
}
#else
#ifdef WI_IMPL_UNIX
#ifndef __cplusplus
extern int fsync(int file);   /* hidden by -std=c99, and so is the next */
extern ssize_t readlink(const char *path, char *out, size_t capacity);
#endif
#define WI_IMPL_OPEN(path, flags, mode) open(path, flags, mode)
#define WI_IMPL_SYNC(file)              fsync(file)
#else
static int wi_impl_open_wide(const char *path, int flags, int mode)
{
    wi_impl_wide wide;
    return _wopen(wi_impl_widen(&wide, path), flags | _O_BINARY, mode & (_S_IREAD | _S_IWRITE));
}
#define WI_IMPL_OPEN(path, flags, mode) wi_impl_open_wide(path, flags, mode)
#define WI_IMPL_SYNC(file)              _commit(file)
#endif

/* Write all bytes to an open file, and close it. What a full disk says may come as late as that. */
static int wi_impl_pour(int file, const void *bytes, size_t size, int sync)
{
    const char *at = (const char *)bytes;
    int ok = file >= 0;
    while (ok && size > 0) {   /* some systems refuse 2 GB and more at once */
        long long got = WI_IMPL_SYS(write)(file, at, (unsigned)wi_impl_min(size, 1u << 30));
        ok = got > 0 || (got < 0 && errno == EINTR);
        if (got > 0) { at += got; size -= (size_t)got; }
    }
    while (ok && sync && WI_IMPL_SYNC(file) != 0) ok = errno == EINTR;
    return file >= 0 && WI_IMPL_SYS(close)(file) == 0 && ok;
}

#ifdef WI_IMPL_UNIX
/* Follow symbolic links to the file itself, which need not exist; `link` is room. */
static int wi_impl_follow(char *path, char *link)
{
    for (int links = 0; links < 40; links++) {
        ssize_t length = readlink(path, link, WI_IMPL_PATH);
        if (length < 0) return 1;   /* not a link */
        char *slash = strrchr(path, '/'), *from = link[0] == '/' || !slash ? path : slash + 1;
        if (length >= path + WI_IMPL_PATH - from) break;
        memcpy(from, link, (size_t)length);
        from[length] = 0;
    }
    errno = ELOOP;
    return 0;
}
#endif

/* Give the new file the old one's permissions, where there is an old one, and its name; or remove it. */
static int wi_impl_replace(const char *part, const char *path, int whole)
{
#ifdef WI_IMPL_UNIX
    struct stat info;
    if (whole && stat(path, &info) == 0) whole = chmod(part, info.st_mode & 0xFFF) == 0;
    if (whole && rename(part, path) == 0) return 1;
    int why = errno;
    unlink(part);
#else
    wi_impl_wide from, to;   /* 1: over the old one; 8: come back when it is on the disk */
    int why = whole ? EACCES : errno;
    if (whole && MoveFileExW(wi_impl_widen(&from, part), wi_impl_widen(&to, path), 1 | 8) != 0) return 1;
    _wunlink(wi_impl_widen(&from, part));
#endif
    errno = why;
    return 0;
}

/* Write a file so that it is there whole, or as it was before. room: for two paths, too much for the stack of
   a small thread. */
static int wi_impl_put_file(const char *path, char *room, const void *bytes, size_t size)
{
    size_t length = strlen(path);
    char *target = room, *part = room + WI_IMPL_PATH;
    int file = -1, flags = WI_IMPL_SYS(O_WRONLY), mode = 0x1B6; /* rw-rw-rw- */
    errno = ENAMETOOLONG;
    if (length >= WI_IMPL_PATH) return 0;
    memcpy(target, path, length + 1);
#ifdef WI_IMPL_UNIX
    struct stat info;
    if (!wi_impl_follow(target, part)) return 0;
    if (stat(target, &info) == 0) {
        if (access(target, W_OK) != 0) return 0;
        if (!S_ISREG(info.st_mode)) return wi_impl_pour(open(target, flags), bytes, size, 0);   /* a device */
        mode = 0x180; /* rw------- */
    }
#endif
    /* Beside it, for only within one disk can a name be given in one step; by a number that no other writer
       has, or has left behind. A short name, for the target's may be as long as the system takes. */
    size_t folder = wi_impl_folder(target);
    memcpy(part, target, folder);
    for (size_t n = 0; file < 0 && n < 10000; n++) {
        wi_impl_text name = {part, WI_IMPL_PATH, folder};
        wi_impl_print(&name, "winit%zu.part", n);
        errno = ENAMETOOLONG;
        if (name.length < WI_IMPL_PATH)
            file = WI_IMPL_OPEN(part, flags | WI_IMPL_SYS(O_CREAT) | WI_IMPL_SYS(O_EXCL), mode);
        if (file < 0 && errno != EEXIST) return 0;
    }
    return file >= 0 && wi_impl_replace(part, target, wi_impl_pour(file, bytes, size, 1));
}
#endif

/* Write a thing to memory, or without a buffer say how many bytes it takes. */
typedef wi_status (*wi_impl_writer)(void *what, void *buffer, size_t capacity, size_t *size);

WI_IMPL_RARE static wi_status wi_impl_save(wi_impl_writer writer, void *what, const char *path,
                                           wi_error *error)
{
    size_t size = 0;
    wi_status status = path ? writer(what, NULL, 0, &size) : WI_ERR_ARG;
    if (status != WI_OK) return wi_impl_fail(error, status, "there is nothing to save, or the path is NULL");
    char *bytes = (char *)wi_impl_expanse(wi_impl_add(size, 1 + 2 * WI_IMPL_PATH), 1);   /* text ends in 0 */
    wi_impl_source file = wi_impl_buffer(wi_impl_path_end(path), bytes, size, error);
    if (!bytes) return wi_impl_no_memory(&file, size, "bytes");
    (void)writer(what, bytes, size + 1, &size);
    errno = 0;
    if (!wi_impl_put_file(path, bytes + size + 1, bytes, size))
        status = wi_impl_reject(&file, WI_ERR_IO, ": cannot be written: %s", wi_impl_reason());
    WINIT_FREE(bytes);
    return status == WI_OK ? wi_impl_ok(error) : status;
}
#endif

static WI_IMPL_UNUSED void wi_impl_close(wi_impl_source *file)
{
    if (!file->owned) return;
#if defined(WI_IMPL_UNIX) && !defined(WINIT_NO_STDIO)
    if (file->mapped) { munmap(file->owned, file->size); return; }
#elif defined(WI_IMPL_SYS) && !defined(WINIT_NO_STDIO)
    if (file->mapped) { (void)UnmapViewOfFile(file->owned); return; }
#endif
    WINIT_FREE(file->owned);
}

#ifndef WINIT_NO_STDIO
/* Read a thing out of a file; NULL is refused here. */
typedef wi_status (*wi_impl_parser)(void *what, const wi_impl_source *file);

WI_IMPL_RARE static wi_status wi_impl_load(wi_impl_parser parser, void *what, const char *path,
                                           wi_error *error)
{
    wi_impl_source file;
    wi_status status = wi_impl_open(&file, what, path, error);
    if (status == WI_OK) status = parser(what, &file);
    wi_impl_close(&file);
    return status;
}
#endif

/* Copy as much as there is room for, by whole characters, and end it with a zero. */
static char *wi_impl_span_text(wi_impl_span span, char *room, size_t capacity)
{
    wi_impl_text text = {room, capacity, 0};
    room[0] = 0;
    while (span.from < span.to) wi_impl_put(&text, *span.from++);
    return room;
}

/* The number in `size` bytes, the most significant first or last: 'f' a float, 'B' the upper half of one, 'i'
   a whole number with a sign, else without. */
static double wi_impl_number(char kind, const unsigned char *bytes, size_t size, int first)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < size; i++) bits = bits << 8 | bytes[first ? i : size - 1 - i];
    if (kind == 'f' && size == 8) {
        double wide;
        memcpy(&wide, &bits, sizeof wide);
        return wide;
    }
    if (kind == 'f' || kind == 'B') {
        uint32_t word = (uint32_t)(kind == 'B' ? bits << 16 : bits);
        float value;
        if (size == 2 && kind == 'f') {   /* half: sign, 5 bits of exponent, 10 of fraction */
            uint32_t exponent = word >> 10 & 31, fraction = word & 1023, sign = (word & 0x8000) << 16;
            if (exponent == 0) return (sign ? -1.0 : 1.0) * fraction / 16777216.0;   /* below 2^-14 */
            word = sign | (exponent == 31 ? 255u : exponent + 112) << 23 | fraction << 13;
        }
        memcpy(&value, &word, sizeof value);
        return (double)value;
    }
    if (kind != 'i') return (double)bits;
    if (size < 8 && bits >> (8 * size - 1)) bits |= ~(uint64_t)0 << 8 * size;   /* two's complement */
    return (double)(int64_t)bits;
}

/* Bytes of names, each with its zero. */
static WI_IMPL_UNUSED size_t wi_impl_names_size(char *const *names, size_t count)
{
    size_t text = 0;
    for (size_t k = 0; k < count; k++) text += strlen(names[k]) + 1;
    return text;
}

/* Copy names into a block that begins with the pointers to them. */
static WI_IMPL_UNUSED void wi_impl_names_copy(char **to, char *const *names, size_t count)
{
    char *text = count ? (char *)(to + count) : NULL;
    for (size_t k = 0; k < count; k++, text += strlen(text) + 1) to[k] = strcpy(text, names[k]);
}

/* NaN, infinity and whatever is too large for wi_real do not fit: all from half a step above the largest
   float on, for what is less rounds to it. */
static WI_IMPL_UNUSED int wi_impl_fits_real(double value)
{
    double half_step = ldexp(1, FLT_MAX_EXP - FLT_MANT_DIG - 1);
    return WI_IMPL_DOUBLE ? wi_impl_finite(value) : fabs(value) < (double)FLT_MAX + half_step;
}
#endif

#ifndef WINIT_NO_DATA
/* Allocate n samples, x, then y, zeroed, then, if `text` bytes are asked for, names of the y.cols classes. */
WI_IMPL_RARE static wi_status wi_impl_data_create(wi_data *data, size_t n, size_t features, size_t outputs,
                                                  size_t text)
{
    size_t numbers = wi_impl_mul(wi_impl_mul(n, wi_impl_add(features, outputs)), sizeof(wi_real));
    size_t names = text ? wi_impl_add(wi_impl_mul(outputs, sizeof(char *)), text) : 0;
    size_t gap = (sizeof(char *) - numbers % sizeof(char *)) % sizeof(char *);
    if (n == 0 || features == 0 || numbers > SIZE_MAX / 2) return WI_ERR_SHAPE;

    char *block = (char *)wi_impl_expanse(wi_impl_add(numbers, wi_impl_add(gap, names)), 1);
    if (!block) return WI_ERR_MEMORY;
    memset(data, 0, sizeof *data);
    data->owned = block;
    data->x = wi_mat_view((wi_real *)data->owned, n, features);
    data->y = wi_mat_view(data->x.data + n * features, n, outputs);
    memset(data->y.data, 0, n * outputs * sizeof(wi_real));
    if (text) {
        data->classes = (char **)(void *)(block + numbers + gap);
        data->classes[0] = (char *)(data->classes + outputs);
        data->class_count = outputs;
    }
    return WI_OK;
}

WI_API void wi_data_destroy(wi_data *data)
{
    if (!data) return;
    if (data->owned) WINIT_FREE(data->owned);
    memset(data, 0, sizeof *data);
}

/* Copy the rows that index names, or all. A call to copy a few numbers takes longer than they do. */
WI_IMPL_APART static void wi_impl_copy_rows(const wi_mat *to, const wi_mat *from, const size_t *index)
{
    const size_t cols = to->cols, across = to->col_step, from_across = from->col_step;
    const int call = cols > 8 && across == 1 && from_across == 1;
    for (size_t i = 0; i < to->rows; i++) {
        wi_real *a = to->data + i * to->row_step;
        const wi_real *b = from->data + (index ? index[i] : i) * from->row_step;
        if (call) memcpy(a, b, cols * sizeof *a);
        else for (size_t j = 0; j < cols; j++) a[j * across] = b[j * from_across];
    }
}

/* ---- IDX -------------------------------------------------------------------
   Two zero bytes, the type, the number of dimensions; each dimension's size in four bytes, the most
   significant first; then the numbers, in the same byte order, the last dimension fastest. */

typedef struct wi_impl_idx {
    const unsigned char *values;  /* behind the header */
    size_t count, width;          /* samples (first dimension), values of each (product of the others) */
    size_t size;                  /* bytes of one value */
    char kind;                    /* of wi_impl_number() */
} wi_impl_idx;

static wi_status wi_impl_byte_fail(const wi_impl_source *file, size_t byte, const char *what)
{
    return wi_impl_reject(file, WI_ERR_FORMAT, ", byte %zu: %s", byte, what);
}

/* Check a header against the number of bytes there are. Sizes saturate, so a lie cannot overflow. */
static wi_status wi_impl_idx_open(wi_impl_idx *idx, const wi_impl_source *file)
{
    static const char kinds[] = "ui?iiff", sizes[] = {1, 1, 0, 2, 4, 4, 8};   /* of types 8 to 14 */
    const unsigned char *bytes = file->bytes;
    size_t size = file->size;
    if (size < 4) return wi_impl_byte_fail(file, size, "ends inside the IDX header");
    if (bytes[0] == 0x1F && bytes[1] == 0x8B)
        return wi_impl_byte_fail(file, 0, "compressed by gzip; unpack it first");
    if (bytes[0] != 0 || bytes[1] != 0)
        return wi_impl_byte_fail(file, 0, "not an IDX file, which starts with two zero bytes");

    size_t type = bytes[2] - 8u, dimensions = bytes[3], header = 4 + 4 * dimensions;
    if (type > 6 || sizes[type] == 0) return wi_impl_byte_fail(file, 2, "there is no such IDX type");
    if (dimensions == 0) return wi_impl_byte_fail(file, 3, "the header gives no dimensions");
    if (size < header) return wi_impl_byte_fail(file, size, "ends inside the IDX header");
    idx->kind = kinds[type];
    idx->size = (size_t)sizes[type];
    idx->values = bytes + header;
    idx->count = idx->width = 1;
    for (size_t d = 0; d < dimensions; d++) {
        size_t extent = wi_impl_whole(wi_impl_number('u', bytes + 4 + 4 * d, 4, 1));
        if (extent == 0) return wi_impl_byte_fail(file, 4 + 4 * d, "a dimension is 0");
        if (d == 0) idx->count = extent;
        else idx->width = wi_impl_mul(idx->width, extent);
    }
    size_t promised = wi_impl_mul(wi_impl_mul(idx->count, idx->width), idx->size);
    if (size - header > promised)
        return wi_impl_byte_fail(file, header + promised, "more bytes than the header says");
    if (size - header < promised)
        return wi_impl_reject(file, WI_ERR_FORMAT,
                              ", byte %zu: ends before the %zu x %zu values of its header", size, idx->count,
                              idx->width);
    return WI_OK;
}

/* Write the images as x. */
WI_IMPL_OPAQUE static wi_status wi_impl_idx_images(wi_mat x, const wi_impl_idx *images,
                                                   const wi_impl_source *file)
{
    wi_real shade[256];
    size_t count = images->count * images->width;
    for (size_t byte = 0; byte < 256; byte++) shade[byte] = (wi_real)(wi_impl_num(byte) / 255);
    for (size_t i = 0; i < count && images->kind == 'u'; i++) x.data[i] = shade[images->values[i]];
    for (size_t i = 0; i < count && images->kind != 'u'; i++) {
        double value = wi_impl_number(images->kind, images->values + i * images->size, images->size, 1);
        if (!wi_impl_fits_real(value))
            return wi_impl_reject(file, WI_ERR_NUMERIC,
                                  ", image %zu, value %zu: %g is not finite or too large",
                                  i / images->width + 1, i % images->width + 1, value);
        x.data[i] = (wi_real)value;
    }
    return wi_impl_ok(file->error);
}

WI_IMPL_RARE static wi_status wi_impl_idx_read(wi_data *out, const wi_impl_source *image_file,
                                               const wi_impl_source *label_file)
{
    wi_impl_idx images, labels;
    size_t largest = 0;
    wi_data data;
    wi_status status = wi_impl_idx_open(&images, image_file);
    if (status == WI_OK) status = wi_impl_idx_open(&labels, label_file);
    if (status != WI_OK) return status;
    if (labels.kind != 'u' || labels.width != 1)
        return wi_impl_reject(label_file, WI_ERR_FORMAT,
                              ", byte 2: labels must be one number of type 8 each, not %zu of type %d",
                              labels.width, label_file->bytes[2]);
    if (images.count != labels.count)
        return wi_impl_reject(image_file, WI_ERR_SHAPE, " has %zu images, but %s has %zu labels",
                              images.count, label_file->name, labels.count);
    for (size_t i = 0; i < labels.count; i++)
        if (labels.values[i] > largest) largest = labels.values[i];
    status = wi_impl_data_create(&data, images.count, images.width, largest + 1, 0);
    if (status != WI_OK) return wi_impl_no_memory(image_file, images.count, "images");
    for (size_t i = 0; i < labels.count; i++) *wi_mat_at(data.y, i, labels.values[i]) = 1;
    status = wi_impl_idx_images(data.x, &images, image_file);
    if (status == WI_OK) *out = data;
    else wi_data_destroy(&data);
    return status;
}

WI_API WI_IMPL_OPAQUE wi_status wi_data_parse_idx(wi_data *out, const void *images, size_t images_size,
                                                  const void *labels, size_t labels_size, wi_error *error)
{
    wi_impl_source image_file = wi_impl_buffer("images", images, images_size, error);
    wi_impl_source label_file = wi_impl_buffer("labels", labels, labels_size, error);
    if (!out || !images || !labels)
        return wi_impl_fail(error, WI_ERR_ARG, "wi_data_parse_idx: out, images or labels is NULL");
    return wi_impl_idx_read(out, &image_file, &label_file);
}

#ifndef WINIT_NO_STDIO
WI_API WI_IMPL_OPAQUE wi_status wi_data_load_idx(wi_data *out, const char *images_path,
                                                 const char *labels_path, wi_error *error)
{
    wi_impl_source images, labels;
    wi_status status = wi_impl_open(&images, out, images_path, error);
    wi_status other = wi_impl_open(&labels, out, labels_path, status == WI_OK ? error : NULL);
    if (status == WI_OK) status = other;
    if (status == WI_OK) status = wi_impl_idx_read(out, &images, &labels);
    wi_impl_close(&images);
    wi_impl_close(&labels);
    return status;
}
#endif

/* ---- CSV -------------------------------------------------------------------
   Lines of fields, read in one pass. Nearly all fields are numbers that stand between two separators: they
   are read where they lie. What else may stand there, blanks, quotes, names, is taken as text. */

enum { WI_IMPL_NUMBERS, WI_IMPL_NAMES, WI_IMPL_EITHER };   /* what a column of labels holds */

typedef struct wi_impl_csv {
    const wi_impl_source *file;
    const char *at, *end; /* what is left of the text */
    size_t line, column;  /* of the field read last, from 1 */
    size_t columns;       /* of the first row, from which the others must not differ */
    size_t first_line;    /* its line */
    int labels;           /* either: the first row decides */
    int named;            /* there is a header: behind the last column a line may end in a separator */
    char separator;
    size_t seen[64];      /* rows whose names came lately */
} wi_impl_csv;

/* Where to; how many of the last columns are labels, and what a single one may hold. */
typedef struct wi_impl_wanted { wi_data *out; size_t labels; int kind; } wi_impl_wanted;

/* A field without the blanks and quotes around it. */
typedef struct wi_impl_field {
    wi_impl_span text;
    double value;
    int number, quoted;   /* value is its number; there were quotes */
} wi_impl_field;

/* The name in a row, and a row that has the same, an earlier one or else its own; later, that row's class. */
typedef struct wi_impl_label { wi_impl_span text; size_t row, number; } wi_impl_label;

/* Is c behind a field: at a separator, the end of a line, or the end? */
static int wi_impl_csv_stops(const wi_impl_csv *csv, const char *c)
{
    return c == csv->end || *c == csv->separator || *c == '\n' || *c == '\r';
}

static const char *wi_impl_csv_blanks(const wi_impl_csv *csv, const char *c)
{
    while (c < csv->end && (*c == ' ' || (*c == '\t' && csv->separator != '\t'))) c++;
    return c;
}

/* Say what is wrong with the text of a field. */
WI_IMPL_RARE static wi_status wi_impl_csv_fail(const wi_impl_csv *csv, wi_impl_span field, wi_status status,
                                               const char *what)
{
    char shown[37];
    size_t length = (size_t)(field.to - field.from);
    return wi_impl_reject(csv->file, status, length ? ", line %zu, column %zu: '%s%s' %s"
                                                    : ", line %zu, column %zu: the value is missing",
                          csv->line, csv->column, wi_impl_span_text(field, shown, sizeof shown),
                          length < sizeof shown ? "" : "...", what);
}

/* Take the next field as text. */
static wi_status wi_impl_csv_text(wi_impl_csv *csv, wi_impl_field *field)
{
    const char *a = wi_impl_csv_blanks(csv, csv->at), *b = a;
    int closed = 0;
    field->quoted = a < csv->end && *a == '"';
    if (field->quoted) {
        for (b = a + 1; b < csv->end && (*b != '"' || (csv->end - b > 1 && b[1] == '"'));)
            b += *b == '"' ? 2 : 1;
        closed = b < csv->end;
        const char *behind = closed ? wi_impl_csv_blanks(csv, b + 1) : NULL;
        if (behind && wi_impl_csv_stops(csv, behind)) {
            field->text.from = a + 1;
            field->text.to = b;
            for (csv->at = behind; a < b; a++) csv->line += *a == '\n';
            return WI_OK;
        }
    }
    for (b = a; !wi_impl_csv_stops(csv, b);) b++;
    csv->at = b;
    while (a < b && (b[-1] == ' ' || b[-1] == '\t')) b--;
    field->text.from = a;
    field->text.to = b;
    if (!field->quoted) return WI_OK;
    return wi_impl_csv_fail(csv, field->text, WI_ERR_FORMAT,
                            closed ? "has text behind its closing quote"
                                   : "opens a quote that is never closed");
}

/* Take the next field: mostly, a number that ends where the field does. */
static wi_status wi_impl_csv_field(wi_impl_csv *csv, wi_impl_field *field)
{
    const char *behind = wi_impl_scan_number(csv->at, csv->end, &field->value);
    csv->column++;
    field->number = behind && wi_impl_csv_stops(csv, behind);
    field->quoted = 0;
    field->text.from = csv->at;
    field->text.to = behind;
    if (field->number) {
        csv->at = behind;
        return WI_OK;
    }
    wi_status status = wi_impl_csv_text(csv, field);
    field->number = wi_impl_parse_number(field->text.from, field->text.to, &field->value);
    return status;
}

/* Step over what ends a field: 1 for a separator, 0 where the line ends, in LF, CR LF or CR. */
static int wi_impl_csv_more(wi_impl_csv *csv)
{
    if (csv->at < csv->end && *csv->at == csv->separator) return csv->at++, 1;
    if (csv->at < csv->end && *csv->at == '\r') csv->at++;
    if (csv->at < csv->end && *csv->at == '\n') csv->at++;
    return 0;
}

/* Go to the next line that is not blank; 0 at the end. */
static int wi_impl_csv_line(wi_impl_csv *csv)
{
    while (csv->at < csv->end) {
        const char *c = csv->at;
        while (c < csv->end && (*c == ' ' || *c == '\t')) c++;
        csv->line++;
        csv->column = 0;
        if (c < csv->end && *c != '\n' && *c != '\r') return 1;
        csv->at = c;
        (void)wi_impl_csv_more(csv);
    }
    return 0;
}

/* Is a field one of the words for a missing value? "Na" is sodium, and what stands in quotes is meant. */
static int wi_impl_csv_missing(const wi_impl_field *field)
{
    static const char *const words[] = {"?",   "NA",  "<NA>", "N/A",  "#N/A", "n/a",
                                        "NaN", "nan", "NULL", "null", "None"};
    for (size_t i = 0; i < WI_COUNT(words) && !field->quoted; i++)
        if (wi_impl_span_is(field->text, words[i])) return 1;
    return 0;
}

static size_t wi_impl_csv_empty(const wi_impl_field *field)
{
    return field->text.from == field->text.to && !field->quoted;
}

/* Find the separator in the first line: a semicolon, else a comma, else a tab. */
static void wi_impl_csv_separate(wi_impl_csv *csv)
{
    int quoted = 0, best = 0;
    for (const char *c = csv->at; c < csv->end && (quoted || (*c != '\n' && *c != '\r')); c++) {
        int rank = *c == ';' ? 3 : *c == ',' ? 2 : *c == '\t';
        if (*c == '"') quoted = !quoted;
        if (!quoted && rank > best) best = rank;
    }
    csv->separator = ",\t,;"[best];
}

/* Stand at the first byte of text, behind a byte order mark; refuse what is compressed, or UTF-16. */
static wi_status wi_impl_csv_start(wi_impl_csv *csv, const wi_impl_source *file)
{
    const char *text = (const char *)file->bytes;
    size_t size = file->size;
    memset(csv, 0, sizeof *csv);
    csv->file = file;
    csv->at = text;
    csv->end = text + size;
    if (size >= 2 && memcmp(text, "\x1F\x8B", 2) == 0)
        return wi_impl_byte_fail(file, 0, "compressed by gzip; unpack it first");
    if (size >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0))
        return wi_impl_byte_fail(file, 0, "UTF-16; save it as UTF-8");
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) csv->at += 3;
    const char *zero = (const char *)memchr(text, 0, size);
    if (!zero) return WI_OK;
    return wi_impl_byte_fail(file, (size_t)(zero - text),
                             "a zero byte: not text, or UTF-16; save it as UTF-8");
}

/* Stop at the first row, whose columns are counted: without the last one where it is empty and a header has
   no name for it, as in exports that end lines in a separator. A header has no field that is a number or
   a word for a missing one. */
static wi_status wi_impl_csv_open(wi_impl_csv *csv, const wi_impl_source *file)
{
    wi_status status = wi_impl_csv_start(csv, file);
    if (status != WI_OK) return status;

    size_t named = SIZE_MAX;   /* columns that a header has names for */
    for (int header = 1, line = 1; wi_impl_csv_line(csv); line++) {
        if (line == 1) wi_impl_csv_separate(csv);
        const char *row = csv->at;
        size_t number = csv->line;
        int sep = csv->end - csv->at > 4 && memcmp(csv->at, "sep=", 4) == 0;   /* for a spreadsheet */
        wi_impl_field field;
        do {
            status = wi_impl_csv_field(csv, &field);
            if (status != WI_OK) return status;
            if (field.number || wi_impl_csv_missing(&field)) header = 0;
        } while (wi_impl_csv_more(csv));
        size_t empty = wi_impl_csv_empty(&field);
        if (line == 1 && header) {
            line -= sep;
            if (!sep) named = csv->column - empty;
            continue;
        }
        csv->named = named < SIZE_MAX;
        csv->columns = csv->column - (empty && csv->column > named);
        csv->column = 0;
        csv->at = row;
        csv->first_line = csv->line = number;
        return WI_OK;
    }
    return wi_impl_reject(file, WI_ERR_FORMAT, ": there is no row of numbers");
}

/* A number with a decimal comma, which is no name unless it stands in quotes: "2,5" between semicolons. */
static int wi_impl_csv_comma(wi_impl_span text)
{
    double value;
    const char *at = text.from[-1] == '"' ? NULL : wi_impl_scan_number(text.from, text.to, &value);
    return at && at < text.to && *at == ',' && wi_impl_parse_number(at + 1, text.to, &value);
}

/* Is this label a name, or else a number? The first row, whose name is in names[0], decides for all. */
static wi_status wi_impl_csv_label(wi_impl_csv *csv, const wi_impl_field *field, const wi_impl_label *names)
{
    char label[37], first[37];
    if (csv->labels == WI_IMPL_EITHER && field->text.from < field->text.to)
        csv->labels = field->number || wi_impl_csv_comma(field->text) ? WI_IMPL_NUMBERS : WI_IMPL_NAMES;
    if (csv->labels != WI_IMPL_NAMES || field->text.from == field->text.to) return WI_OK;
    if (wi_impl_csv_missing(field))
        return wi_impl_csv_fail(csv, field->text, WI_ERR_FORMAT,
                                "stands for a missing value; a class of that name has to stand in quotes");
    if (!wi_impl_is_utf8(field->text.from, field->text.to))
        return wi_impl_reject(csv->file, WI_ERR_FORMAT, ", line %zu, column %zu: the name of a class is not "
                              "UTF-8; save the file as UTF-8", csv->line, csv->column);
    if (!field->number) return WI_OK;
    return wi_impl_reject(csv->file, WI_ERR_FORMAT, ", line %zu, column %zu: '%s' is a number among class "
                          "names, as '%s' in line %zu is one", csv->line, csv->column,
                          wi_impl_span_text(field->text, label, sizeof label),
                          wi_impl_span_text(names->text, first, sizeof first), csv->first_line);
}

/* Take a character of a name: in quotes, two of them are one. In its row something stands before it. */
static int wi_impl_label_char(const wi_impl_label *label, const char **at)
{
    const char c = *(*at)++;
    *at += c == '"' && label->text.from[-1] == '"';
    return (unsigned char)c;
}

static int wi_impl_label_order(const void *a, const void *b)
{
    const wi_impl_label *p = (const wi_impl_label *)a, *q = (const wi_impl_label *)b;
    const char *c = p->text.from, *d = q->text.from;
    while (c < p->text.to && d < q->text.to) {
        int order = wi_impl_label_char(p, &c) - wi_impl_label_char(q, &d);
        if (order) return order;
    }
    return (c < p->text.to) - (d < q->text.to);
}

/* An earlier row with the name of this one, where it came lately; or else this row. */
static size_t wi_impl_csv_seen(wi_impl_csv *csv, const wi_impl_label *names, size_t row)
{
    uint32_t hash = 0;
    for (const char *c = names[row].text.from; c < names[row].text.to; c++)
        hash = hash * 31 + (unsigned char)*c;
    size_t *seen = &csv->seen[hash % WI_COUNT(csv->seen)];
    if (wi_impl_label_order(&names[*seen], &names[row]) != 0) *seen = row;
    return *seen;
}

/* Read one row into x [features] and y [columns - features], or a label that is a name into names[row]. */
static wi_status wi_impl_csv_row(wi_impl_csv *csv, wi_real *x, size_t features, wi_real *y,
                                 wi_impl_label *names, size_t row)
{
    wi_impl_field field;
    do {
        wi_status status = wi_impl_csv_field(csv, &field);
        size_t column = csv->column - 1;
        if (status == WI_OK && column == features && csv->labels != WI_IMPL_NUMBERS)
            status = wi_impl_csv_label(csv, &field, names);
        if (status != WI_OK) return status;
        if (column >= csv->columns) continue;
        if (column == features && csv->labels == WI_IMPL_NAMES && field.text.from < field.text.to) {
            names[row].text = field.text;
            names[row].row = wi_impl_csv_seen(csv, names, row);
            continue;
        }
        if (!field.number)
            return wi_impl_csv_fail(csv, field.text, WI_ERR_FORMAT,
                                    memchr(field.text.from, ',', (size_t)(field.text.to - field.text.from))
                                        ? "is not a number; its decimal sign must be a point"
                                        : "is not a number");
        if (!wi_impl_fits_real(field.value))
            return wi_impl_csv_fail(csv, field.text, WI_ERR_NUMERIC, "is too large");
        *(column < features ? x + column : y + (column - features)) = (wi_real)field.value;
    } while (wi_impl_csv_more(csv));
    if (csv->column - (csv->named ? wi_impl_csv_empty(&field) : 0) == csv->columns) return WI_OK;
    return wi_impl_reject(csv->file, WI_ERR_FORMAT, ", line %zu: %zu columns, but line %zu has %zu",
                          csv->line, csv->column, csv->first_line, csv->columns);
}

/* Replace data, whose y is empty, by one with a class for each distinct name. `sorted` is room. */
static wi_status wi_impl_csv_classes(wi_data *data, wi_impl_label *names, wi_impl_label *sorted)
{
    size_t n = data->x.rows, count = 0, classes = 0, text = 0;
    wi_data made;
    for (size_t i = 0; i < n; i++)
        if (names[i].row == i) sorted[count++] = names[i];
    qsort(sorted, count, sizeof *sorted, wi_impl_label_order);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || wi_impl_label_order(&sorted[classes - 1], &sorted[i]) != 0) {
            text += (size_t)(sorted[i].text.to - sorted[i].text.from) + 1;
            sorted[classes++] = sorted[i];
        }
        names[sorted[i].row].number = classes - 1;
    }
    wi_status status = wi_impl_data_create(&made, n, data->x.cols, classes, text);
    if (status != WI_OK) return status;
    wi_impl_copy_rows(&made.x, &data->x, NULL);
    for (size_t i = 0; i < n; i++) *wi_mat_at(made.y, i, names[names[i].row].number) = 1;
    char *to = made.classes[0];
    for (size_t k = 0; k < classes; k++) {
        made.classes[k] = to;
        for (const char *c = sorted[k].text.from; c < sorted[k].text.to;)
            *to++ = (char)wi_impl_label_char(&sorted[k], &c);
        *to++ = 0;
    }
    wi_data_destroy(data);
    *data = made;
    return WI_OK;
}

static wi_status wi_impl_csv_read(void *what, const wi_impl_source *file)
{
    const wi_impl_wanted *want = (const wi_impl_wanted *)what;
    size_t labels = want->labels;
    wi_impl_csv csv;
    wi_status status = wi_impl_csv_open(&csv, file);
    if (status != WI_OK) return status;
    if (labels >= csv.columns)
        return wi_impl_reject(file, WI_ERR_SHAPE, ": %zu columns, %zu of them labels, leave none for x",
                              csv.columns, labels);
    csv.labels = labels == 1 ? want->kind : WI_IMPL_NUMBERS;

    /* A row has at least two bytes a column, its line end counted: there cannot be more of them than that,
       and one that is found to be too short. */
    size_t lines = 1, left = (size_t)(csv.end - csv.at), features = csv.columns - labels, row = 0;
    for (int end = 0; end < 2; end++)
        for (const char *c = csv.at; (c = (const char *)memchr(c, "\n\r"[end], (size_t)(csv.end - c))); c++)
            lines++;
    size_t most = wi_impl_min(lines, (left + 1) / (2 * csv.columns) + 1);
    wi_impl_label *names = (wi_impl_label *)wi_impl_alloc(csv.labels ? most : 1, 2 * sizeof *names);
    wi_data data;
    memset(&data, 0, sizeof data);
    status = names ? wi_impl_data_create(&data, most, features, labels, 0) : WI_ERR_MEMORY;
    if (status != WI_OK) status = wi_impl_no_memory(file, most, "samples");
    for (int more = 1; status == WI_OK && more; row++) {
        status = wi_impl_csv_row(&csv, data.x.data + row * features, features, data.y.data + row * labels,
                                 names, row);
        more = wi_impl_csv_line(&csv);
    }
    data.x.rows = data.y.rows = row;
    if (status == WI_OK && csv.labels == WI_IMPL_NAMES
        && (status = wi_impl_csv_classes(&data, names, names + most)) != WI_OK)
        status = wi_impl_no_memory(file, row, "samples");
    if (names) WINIT_FREE(names);
    if (status == WI_OK) *want->out = data;
    else wi_data_destroy(&data);
    return status == WI_OK ? wi_impl_ok(file->error) : status;
}

WI_API wi_status wi_data_parse_csv(wi_data *out, const char *text, size_t size, size_t label_columns,
                                   wi_error *error)
{
    wi_impl_source file = wi_impl_buffer("text", text, size, error);
    wi_impl_wanted want = {out, label_columns, WI_IMPL_EITHER};
    if (!out || !text) return wi_impl_fail(error, WI_ERR_ARG, "wi_data_parse_csv: out or text is NULL");
    return wi_impl_csv_read(&want, &file);
}

#ifndef WINIT_NO_STDIO
WI_API WI_IMPL_OPAQUE wi_status wi_data_load_csv(wi_data *out, const char *path, size_t label_columns,
                                                 wi_error *error)
{
    wi_impl_wanted want = {out, label_columns, WI_IMPL_EITHER};
    return wi_impl_load(wi_impl_csv_read, out ? &want : NULL, path, error);
}
#endif

/* A matrix, and a line of names before it where there are any. */
typedef struct wi_impl_table { wi_mat m; const char *const *names; } wi_impl_table;

WI_IMPL_RARE static wi_status wi_impl_table_write(void *what, void *buffer, size_t capacity, size_t *size)
{
    const wi_impl_table *table = (const wi_impl_table *)what;
    wi_mat m = table->m;
    if (!m.data || !size) return WI_ERR_ARG;
    if (m.rows == 0 || m.cols == 0) return WI_ERR_SHAPE;
    wi_impl_text out = {(char *)buffer, buffer ? capacity : 0, 0};
    for (size_t j = 0; table->names && j < m.cols; j++) {
        const char *name = table->names[j] ? table->names[j] : "";
        int quoted = strpbrk(name, ",;\t\"\r\n") != NULL;
        if (quoted) wi_impl_put(&out, '"');
        for (; *name; name++) {
            if (*name == '"') wi_impl_put(&out, '"');
            wi_impl_put(&out, *name);
        }
        if (quoted) wi_impl_put(&out, '"');
        wi_impl_put(&out, j + 1 < m.cols ? ',' : '\n');
    }
    for (size_t i = 0; i < m.rows; i++)
        for (size_t j = 0; j < m.cols; j++) {
            wi_impl_put_number(&out, (double)*wi_mat_at(m, i, j), WI_IMPL_DOUBLE ? 17 : 9);
            wi_impl_put(&out, j + 1 < m.cols ? ',' : '\n');
        }
    *size = out.length;
    return buffer && capacity <= out.length ? WI_ERR_SHAPE : WI_OK;
}

WI_API WI_IMPL_OPAQUE wi_status wi_mat_write_csv(wi_mat m, const char *const *names, char *text,
                                                 size_t capacity, size_t *size)
{
    wi_impl_table table = {m, names};
    return wi_impl_table_write(&table, text, capacity, size);
}

#ifndef WINIT_NO_STDIO
WI_API WI_IMPL_OPAQUE wi_status wi_mat_save_csv(wi_mat m, const char *const *names, const char *path,
                                                wi_error *error)
{
    wi_impl_table table = {m, names};
    return wi_impl_save(wi_impl_table_write, &table, path, error);
}
#endif

/* ---- Working with a set ---------------------------------------------------- */

/* Are the targets x, or its first columns? What happens to x happens to them. */
static int wi_impl_targets_in_x(const wi_data *data)
{
    const wi_mat *x = &data->x, *y = &data->y;
    return y->data == x->data && y->cols <= x->cols && y->row_step == x->row_step
           && y->col_step == x->col_step;
}

/* Does a number stand at two places of a set, as in windows over a series or targets one step ahead? The
   columns of a table may be dealt out between x and y: addresses overlap then, numbers do not. */
WI_IMPL_RARE static int wi_impl_data_tangled(const wi_data *data)
{
    wi_mat x = data->x, y = data->y;
    if (wi_impl_mat_coincides(&x)) return 1;
    if (y.cols == 0 || wi_impl_targets_in_x(data)) return 0;
    if (wi_impl_mat_coincides(&y)) return 1;
    if (!wi_impl_mat_overlap(&x, &y)) return 0;
    if (x.row_step < x.col_step) x = wi_mat_transpose(x);
    size_t step = x.row_step ? x.row_step : 1, within = x.col_step ? x.col_step : 1;
    if (x.rows > 1 && (x.cols - 1) * within >= step) return 1;   /* rows that interlock are not taken apart */
    for (size_t i = 0; i < y.rows * y.cols; i++) {
        const wi_real *at = wi_mat_at(y, i / y.cols, i % y.cols);
        size_t off = at < x.data ? SIZE_MAX : (size_t)(at - x.data), rest = off % step;
        if (off / step < x.rows && rest % within == 0 && rest / within < x.cols) return 1;
    }
    return 0;
}

WI_IMPL_RARE static wi_status wi_impl_tangled(const char *call, wi_error *error)
{
    return wi_impl_fail(error, WI_ERR_ARG, "%s: numbers of the set belong to several samples, or to x and y: "
                        "copy it first, by wi_data_gather() say", call);
}

/* May x and y be walked together? */
WI_IMPL_RARE static wi_status wi_impl_data_check(const wi_data *data, const char *call, wi_error *error)
{
    if (!data || !data->x.data || (!data->y.data && data->y.cols > 0))
        return wi_impl_fail(error, WI_ERR_ARG, "%s: the set is NULL or empty", call);
    if (data->x.rows == 0 || data->x.cols == 0 || data->y.rows != data->x.rows)
        return wi_impl_fail(error, WI_ERR_SHAPE, "%s: x is %zu x %zu, y has %zu rows", call, data->x.rows,
                            data->x.cols, data->y.rows);
    return WI_OK;
}

WI_API WI_IMPL_OPAQUE wi_status wi_data_gather(const wi_data *data, const size_t *index, size_t count,
                                               wi_mat x, wi_mat y)
{
    wi_status status = wi_impl_data_check(data, "", NULL);
    if (status != WI_OK) return status;
    if (!index || !x.data || (!y.data && data->y.cols > 0)) return WI_ERR_ARG;
    if (count == 0 || x.rows != count || y.rows != count) return WI_ERR_SHAPE;
    if (x.cols != data->x.cols || y.cols != data->y.cols) return WI_ERR_SHAPE;
    if (wi_impl_mat_coincides(&x) || (y.cols > 0 && wi_impl_mat_coincides(&y))) return WI_ERR_ARG;
    for (size_t i = 0; i < count; i++)
        if (index[i] >= data->x.rows) return WI_ERR_ARG;
    wi_impl_copy_rows(&x, &data->x, index);
    if (y.cols) wi_impl_copy_rows(&y, &data->y, index);
    return WI_OK;
}

WI_API WI_IMPL_OPAQUE wi_status wi_data_one_hot(wi_data *data, wi_error *error)
{
    wi_status status = wi_impl_data_check(data, "wi_data_one_hot", error);
    if (status != WI_OK) return status;
    if (data->classes) return wi_impl_ok(error);
    if (data->y.cols != 1)
        return wi_impl_fail(error, WI_ERR_SHAPE, "wi_data_one_hot: y has %zu columns, not 1", data->y.cols);

    double largest = 0, smallest = 65535;
    for (size_t i = 0; i < data->y.rows; i++) {
        double label = (double)*wi_mat_at(data->y, i, 0);
        if (!(label >= 0 && label <= 65535) || label != floor(label))
            return wi_impl_fail(error, WI_ERR_NUMERIC,
                                "row %zu: label %g is not a whole number from 0 to 65535", i + 1, label);
        largest = label > largest ? label : largest;
        smallest = label < smallest ? label : smallest;
    }

    wi_data made;
    size_t first = wi_impl_whole(smallest), classes = wi_impl_whole(largest) - first + 1;
    status = wi_impl_data_create(&made, data->x.rows, data->x.cols, classes, 6 * classes);
    if (status != WI_OK)
        return wi_impl_fail(error, status, "wi_data_one_hot: no memory for %zu classes", classes);
    for (size_t k = 0; k < classes; k++) {
        wi_impl_text name = {made.classes[0] + 6 * k, 6, 0};
        wi_impl_put_size(&name, first + k);
        made.classes[k] = name.out;
    }
    wi_impl_copy_rows(&made.x, &data->x, NULL);
    for (size_t i = 0; i < made.x.rows; i++)
        *wi_mat_at(made.y, i, wi_impl_whole((double)*wi_mat_at(data->y, i, 0)) - first) = 1;
    wi_data_destroy(data);
    *data = made;
    return wi_impl_ok(error);
}

WI_IMPL_APART static void wi_impl_swap_rows(wi_mat m, size_t a, size_t b)
{
    wi_real *p = wi_mat_at(m, a, 0), *q = wi_mat_at(m, b, 0);
    for (size_t j = 0; j < m.cols; j++, p += m.col_step, q += m.col_step) {
        wi_real kept = *p;
        *p = *q;
        *q = kept;
    }
}

WI_API WI_IMPL_OPAQUE wi_status wi_data_shuffle(wi_data *data, wi_rng *rng)
{
    wi_error *error = data ? &data->error : NULL;
    wi_status status = wi_impl_data_check(data, "wi_data_shuffle", error);
    if (status != WI_OK) return status;
    if (!rng) return wi_impl_fail(error, WI_ERR_ARG, "wi_data_shuffle: rng is NULL");
    if (wi_impl_data_tangled(data)) return wi_impl_tangled("wi_data_shuffle", error);
    for (size_t i = data->x.rows; i > 1; i--) {
        size_t other = (size_t)wi_rng_below(rng, i);
        wi_impl_swap_rows(data->x, i - 1, other);
        if (data->y.cols && !wi_impl_targets_in_x(data)) wi_impl_swap_rows(data->y, i - 1, other);
    }
    return wi_impl_ok(&data->error);
}

WI_IMPL_RARE static wi_status wi_impl_split_check(const wi_data *data, double fraction, wi_data *head,
                                                  wi_data *tail, const char *call, wi_error *error)
{
    wi_status status = wi_impl_data_check(data, call, error);
    if (status != WI_OK) return status;
    if (!head || !tail || head == tail)
        return wi_impl_fail(error, WI_ERR_ARG, "%s: head or tail is NULL, or they are one", call);
    if (!(fraction > 0 && fraction < 1))
        return wi_impl_fail(error, WI_ERR_ARG, "%s: the fraction is %g, not between 0 and 1", call, fraction);
    return WI_OK;
}

WI_IMPL_RARE static wi_status wi_impl_split_fail(size_t rows, size_t first, wi_error *error)
{
    return wi_impl_fail(error, WI_ERR_SHAPE, "%zu samples would be split into %zu and %zu", rows, first,
                        rows - first);
}

WI_IMPL_RARE static wi_data wi_impl_data_view(const wi_data *data, size_t first, size_t count)
{
    wi_data view = *data;
    view.x = wi_impl_rows(&data->x, first, count);
    view.y = wi_impl_rows(&data->y, first, count);
    view.owned = NULL;
    memset(&view.error, 0, sizeof view.error);
    return view;
}

WI_API WI_IMPL_OPAQUE wi_status wi_data_split(const wi_data *data, double fraction, wi_data *head,
                                              wi_data *tail)
{
    wi_error *error = head ? &head->error : NULL;
    wi_status status = wi_impl_split_check(data, fraction, head, tail, "wi_data_split", error);
    if (status != WI_OK) return status;
    size_t rows = data->x.rows, first = wi_impl_whole(fraction * wi_impl_num(rows) + 0.5);
    if (first == 0 || first >= rows) return wi_impl_split_fail(rows, first, error);
    wi_data rest = wi_impl_data_view(data, first, rows - first);
    *head = wi_impl_data_view(data, 0, first);
    *tail = rest;
    return WI_OK;
}

/* A copy of the n samples that index names, or of all. */
WI_IMPL_RARE static wi_status wi_impl_data_take(wi_data *out, const wi_data *data, const size_t *index,
                                                size_t n)
{
    size_t text = wi_impl_names_size(data->classes, data->class_count);
    wi_status status = wi_impl_data_create(out, n, data->x.cols, data->y.cols, text);
    if (status != WI_OK) return status;
    wi_impl_copy_rows(&out->x, &data->x, index);
    if (data->y.cols) wi_impl_copy_rows(&out->y, &data->y, index);
    wi_impl_names_copy(out->classes, data->classes, data->class_count);
    return WI_OK;
}

/* The class of row i: its largest target, the first of equals; of a single target, whether it is above
   1/2. */
static size_t wi_impl_data_class(const wi_data *data, size_t i)
{
    size_t best = data->y.cols == 1 && (double)*wi_mat_at(data->y, i, 0) > 0.5;
    for (size_t j = 1; j < data->y.cols; j++)
        if (*wi_mat_at(data->y, i, j) > *wi_mat_at(data->y, i, best)) best = j;
    return best;
}

/* Deal all samples out. Without `both` there need be no tail: it is zeroed. */
WI_IMPL_RARE static wi_status wi_impl_deal(const wi_data *data, double fraction, wi_rng *rng, int both,
                                           wi_data *head, wi_data *tail, wi_error *error)
{
    wi_status status = WI_OK;
    size_t n = data->x.rows, classes = data->y.cols + 2, first = 0;
    size_t *order = (size_t *)wi_impl_alloc(wi_impl_add(n, classes), sizeof *order);
    if (!order) return wi_impl_no_room(error, n, "samples");
    size_t *share = order + n;
    memset(share, 0, classes * sizeof *share);
    for (size_t i = 0; i < n; i++) share[wi_impl_data_class(data, order[i] = i)]++;
    for (size_t k = 0; k < classes; k++) share[k] = wi_impl_whole(fraction * wi_impl_num(share[k]) + 0.5);

    /* In random order, the first of each class go to the front. */
    wi_rng_shuffle(rng, order, n);
    for (size_t i = 0; i < n; i++) {
        size_t sample = order[i], k = wi_impl_data_class(data, sample);
        if (share[k] == 0) continue;
        share[k]--;
        order[i] = order[first];
        order[first++] = sample;
    }
    wi_data made[2];
    memset(made, 0, sizeof made);
    if (first == 0 || (first == n && both)) status = wi_impl_split_fail(n, first, error);
    else if ((status = wi_impl_data_take(&made[0], data, order, first)) != WI_OK ||
             (first < n && (status = wi_impl_data_take(&made[1], data, order + first, n - first)) != WI_OK))
        status = wi_impl_no_room(error, n, "samples");
    WINIT_FREE(order);
    if (status != WI_OK) {
        wi_data_destroy(&made[0]);
        return status;
    }
    *head = made[0];
    *tail = made[1];
    return wi_impl_ok(error);
}

WI_API WI_IMPL_OPAQUE wi_status wi_data_split_classes(const wi_data *data, double fraction, wi_rng *rng,
                                                      wi_data *head, wi_data *tail, wi_error *error)
{
    wi_status status = wi_impl_split_check(data, fraction, head, tail, "wi_data_split_classes", error);
    if (status != WI_OK) return status;
    if (!rng) return wi_impl_fail(error, WI_ERR_ARG, "wi_data_split_classes: rng is NULL");
    return wi_impl_deal(data, fraction, rng, 1, head, tail, error);
}

/* ---- Synthetic sets. Classes take turns, so that every split has its share of each. */

#define WI_IMPL_PI 3.14159265358979323846

/* Where feature j of the centre of class k stands. */
static double wi_impl_blob_centre(size_t k, size_t classes, size_t j, size_t features)
{
    if (features == 1) return classes == 1 ? 0 : 2 * wi_impl_num(k) / wi_impl_num(classes - 1) - 1;
    double turns = wi_impl_num(j / 2 + 1) * wi_impl_num(k) / wi_impl_num(classes);
    return j % 2 == 0 ? cos(2 * WI_IMPL_PI * turns) : sin(2 * WI_IMPL_PI * turns);
}

/* Make a set whose classes take turns; x is still to be drawn. */
WI_IMPL_RARE static wi_status wi_impl_turns(wi_data *out, size_t n, size_t features, size_t classes,
                                            double noise, wi_rng *rng)
{
    if (!out) return WI_ERR_ARG;
    if (!rng || !(noise >= 0 && noise <= 1e30))
        return wi_impl_fail(&out->error, WI_ERR_ARG, "rng is NULL, or %g is not from 0 to 1e30", noise);
    wi_status status = classes ? wi_impl_data_create(out, n, features, classes, 0) : WI_ERR_SHAPE;
    if (status != WI_OK)
        return wi_impl_fail(&out->error, status, "no set of %zu samples, %zu features and %zu classes: %s", n,
                            features, classes, wi_status_text(status));
    for (size_t i = 0; i < n; i++) out->y.data[i * classes + i % classes] = 1;
    return WI_OK;
}

WI_API WI_IMPL_OPAQUE wi_status wi_data_blobs(wi_data *out, size_t n, size_t features, size_t classes,
                                              double spread, wi_rng *rng)
{
    wi_status status = wi_impl_turns(out, n, features, classes, spread, rng);
    for (size_t i = 0; status == WI_OK && i < n * features; i++) {
        double centre = wi_impl_blob_centre(i / features % classes, classes, i % features, features);
        out->x.data[i] = (wi_real)(centre + spread * wi_rng_normal(rng));
    }
    return status;
}

WI_API WI_IMPL_OPAQUE wi_status wi_data_spirals(wi_data *out, size_t n, size_t classes, double noise,
                                                wi_rng *rng)
{
    wi_status status = wi_impl_turns(out, n, 2, classes, noise, rng);
    for (size_t i = 0; status == WI_OK && i < n; i++) {
        double t = wi_rng_uniform(rng);
        double turn = 2 * WI_IMPL_PI * wi_impl_num(i % classes) / wi_impl_num(classes);
        double angle = turn + 4 * t + noise * wi_rng_normal(rng);
        out->x.data[2 * i] = (wi_real)(t * cos(angle));
        out->x.data[2 * i + 1] = (wi_real)(t * sin(angle));
    }
    return status;
}

WI_API WI_IMPL_OPAQUE wi_status wi_data_moons(wi_data *out, size_t n, double noise, wi_rng *rng)
{
    wi_status status = wi_impl_turns(out, n, 2, 2, noise, rng);
    for (size_t i = 0; status == WI_OK && i < n; i++) {
        double a = WI_IMPL_PI * wi_rng_uniform(rng);
        double u = i % 2 == 0 ? cos(a) : 1 - cos(a), v = i % 2 == 0 ? sin(a) : 0.5 - sin(a);
        out->x.data[2 * i] = (wi_real)(u + noise * wi_rng_normal(rng));
        out->x.data[2 * i + 1] = (wi_real)(v + noise * wi_rng_normal(rng));
    }
    return status;
}

WI_API wi_status wi_data_xor(wi_data *out)
{
    if (!out) return WI_ERR_ARG;
    if (wi_impl_data_create(out, 4, 2, 1, 0) != WI_OK) return wi_impl_no_room(&out->error, 4, "samples");
    for (size_t i = 0; i < 4; i++) {
        out->x.data[2 * i] = (wi_real)(i / 2);
        out->x.data[2 * i + 1] = (wi_real)(i % 2);
        out->y.data[i] = (wi_real)(i / 2 != i % 2);
    }
    return WI_OK;
}

/* ---- Standardising --------------------------------------------------------- */

/* Mean and variance of each feature [x.cols], row by row (Welford 1962). */
WI_IMPL_OPAQUE static void wi_impl_feature_moments(wi_mat x, double *mean, double *variance)
{
    memset(mean, 0, x.cols * sizeof *mean);
    memset(variance, 0, x.cols * sizeof *variance);
    for (size_t i = 0; i < x.rows; i++)
        for (size_t j = 0; j < x.cols; j++) {
            double value = (double)*wi_mat_at(x, i, j), delta = value - mean[j];
            mean[j] += delta / wi_impl_num(i + 1);
            variance[j] += delta * (value - mean[j]);
        }
    for (size_t j = 0; j < x.cols; j++) variance[j] /= wi_impl_num(x.rows);
}

/* Which number is not finite? */
WI_IMPL_RARE static wi_status wi_impl_scaler_fail(wi_error *error, wi_mat x)
{
    for (size_t i = 0; i < x.rows; i++)
        for (size_t j = 0; j < x.cols; j++) {
            double value = (double)*wi_mat_at(x, i, j);
            if (!wi_impl_finite(value))
                return wi_impl_fail(error, WI_ERR_NUMERIC, "row %zu, column %zu is %g", i + 1, j + 1, value);
        }
    return wi_impl_fail(error, WI_ERR_NUMERIC, "the squares of the numbers are too large");
}

WI_IMPL_RARE static wi_status wi_impl_scaler_fit(wi_scaler *scaler, wi_mat x, int all)
{
    if (!scaler) return WI_ERR_ARG;
    wi_error *error = &scaler->error;
    if (!x.data) return wi_impl_fail(error, WI_ERR_ARG, "the matrix is NULL");
    if (x.rows == 0 || x.cols == 0) return wi_impl_fail(error, WI_ERR_SHAPE, "the matrix is empty");
    /* Means and deviations, and behind them, only for now, the same in double. */
    size_t n = x.cols, twice = wi_impl_mul(n, 2);
    wi_real *mean = (wi_real *)wi_impl_alloc(twice, sizeof(wi_real) + sizeof(double));
    if (!mean) return wi_impl_no_room(error, n, "features");
    double *means = (double *)(void *)(mean + twice), *variances = means + n, center = 0, sum = 0;
    wi_impl_feature_moments(x, means, variances);
    for (size_t j = 0; j < n; j++) center += means[j] / wi_impl_num(n);
    for (size_t j = 0; j < n; j++)
        sum += (variances[j] + (means[j] - center) * (means[j] - center)) / wi_impl_num(n);
    if (!wi_impl_finite(sum)) {
        WINIT_FREE(mean);
        return wi_impl_scaler_fail(error, x);
    }
    for (size_t j = 0; j < n; j++) {
        mean[j] = (wi_real)(all ? center : means[j]);
        mean[n + j] = (wi_real)sqrt(all ? sum : variances[j]);
        /* A feature that never changes carries nothing: leave it at 0 rather than divide by 0. */
        if (!(mean[n + j] > 0)) mean[n + j] = 1;
    }
    scaler->mean = mean;
    scaler->std = mean + n;
    scaler->count = n;
    return wi_impl_ok(error);
}

WI_API WI_IMPL_OPAQUE wi_status wi_scaler_fit(wi_scaler *scaler, wi_mat x)
{
    return wi_impl_scaler_fit(scaler, x, 0);
}

WI_API WI_IMPL_OPAQUE wi_status wi_scaler_fit_all(wi_scaler *scaler, wi_mat x)
{
    return wi_impl_scaler_fit(scaler, x, 1);
}

/* Standardise, or only see whether every number stays one. */
WI_IMPL_APART static wi_status wi_impl_scale(const wi_scaler *scaler, const wi_mat *x, int store)
{
    for (size_t i = 0; i < x->rows; i++)
        for (size_t j = 0; j < x->cols; j++) {
            wi_real *value = wi_mat_at(*x, i, j), mean = scaler->mean[j], std = scaler->std[j];
            wi_real z = (*value - mean) / std;
            if (!wi_impl_fits_real((double)z)) z = *value / std - mean / std;   /* too large for one */
            if (store) *value = z;
            else if (wi_impl_finite((double)*value) && !wi_impl_fits_real((double)z)) return WI_ERR_NUMERIC;
        }
    return WI_OK;
}

WI_API wi_status wi_scaler_apply(const wi_scaler *scaler, wi_mat x)
{
    if (!scaler || !scaler->mean || !scaler->std || !x.data) return WI_ERR_ARG;
    if (x.rows == 0 || x.cols != scaler->count) return WI_ERR_SHAPE;
    if (wi_impl_mat_coincides(&x)) return WI_ERR_ARG;   /* some would be standardised twice */
    wi_status status = wi_impl_scale(scaler, &x, 0);   /* all of it or nothing */
    return status == WI_OK ? wi_impl_scale(scaler, &x, 1) : status;
}

WI_API void wi_scaler_destroy(wi_scaler *scaler)
{
    if (!scaler) return;
    if (scaler->mean) WINIT_FREE(scaler->mean);
    memset(scaler, 0, sizeof *scaler);
}

/* ---- Ready for training ---------------------------------------------------- */

/* Fit a scaler to the training part and apply it to both. */
WI_IMPL_RARE static wi_status wi_impl_standardise(wi_scaler *scaler, wi_mat train, wi_mat test,
                                                  const char *what, wi_error *error)
{
    wi_status status = wi_scaler_fit(scaler, train);
    if (status != WI_OK) return wi_impl_fail(error, status, "%s of the training part: %s", what,
                                             scaler->error.text);
    (void)wi_scaler_apply(scaler, train);   /* what was measured stays within its deviations */
    if (!test.rows || wi_scaler_apply(scaler, test) == WI_OK) return WI_OK;
    return wi_impl_fail(error, WI_ERR_NUMERIC, "a number of %s is too large once scaled", what);
}

WI_API WI_IMPL_OPAQUE wi_status wi_data_prepare(wi_prepared *out, const wi_data *data, double test,
                                                uint64_t seed, wi_error *error)
{
    if (!out) return wi_impl_fail(error, WI_ERR_ARG, "wi_data_prepare: out is NULL");
    wi_prepared made;
    wi_rng rng = wi_rng_make(seed);
    memset(&made, 0, sizeof made);
    if (!(test >= 0 && test < 1))
        return wi_impl_fail(error, WI_ERR_ARG,
                            "wi_data_prepare: the test fraction is %g, not from 0 to below 1", test);
    wi_status status = wi_impl_data_check(data, "wi_data_prepare", error);
    if (status == WI_OK)
        status = wi_impl_deal(data, 1 - test, &rng, test > 0, &made.train, &made.test, error);
    if (status == WI_OK) status = wi_impl_standardise(&made.x, made.train.x, made.test.x, "x", error);

    int classes = 1;
    for (size_t i = 0; status == WI_OK && i < data->y.rows; i++)
        for (size_t j = 0; j < data->y.cols; j++) {
            double target = (double)*wi_mat_at(data->y, i, j);
            if (target != 0 && target != 1) classes = 0;
        }
    if (status == WI_OK && !classes) status = wi_impl_standardise(&made.y, made.train.y, made.test.y, "y",
                                                                  error);
    if (status == WI_OK) *out = made;
    else wi_prepared_destroy(&made);
    return status;
}

#ifndef WINIT_NO_STDIO
WI_API WI_IMPL_OPAQUE wi_status wi_data_prepare_csv(wi_prepared *out, const char *path, wi_target target,
                                                    double test, uint64_t seed, wi_error *error)
{
    wi_data data;
    if (target != WI_TARGET_CLASS && target != WI_TARGET_VALUE)
        return wi_impl_fail(error, WI_ERR_ARG, "wi_data_prepare_csv: %d is not a wi_target", (int)target);
    wi_impl_wanted want = {&data, 1, target == WI_TARGET_VALUE ? WI_IMPL_NUMBERS : WI_IMPL_EITHER};
    wi_status status = wi_impl_load(wi_impl_csv_read, &want, path, error);
    if (status != WI_OK) return status;
    wi_error why;
    if (target == WI_TARGET_CLASS && (status = wi_data_one_hot(&data, &why)) != WI_OK)
        status = wi_impl_fail(error, status, "%s: %s%s", wi_impl_path_end(path), why.text,
                              status == WI_ERR_NUMERIC ? "; of a measured quantity say WI_TARGET_VALUE" : "");
    if (status == WI_OK) status = wi_data_prepare(out, &data, test, seed, error);
    wi_data_destroy(&data);
    return status;
}
#endif

WI_API void wi_prepared_destroy(wi_prepared *prepared)
{
    if (!prepared) return;
    wi_data_destroy(&prepared->train);
    wi_data_destroy(&prepared->test);
    wi_scaler_destroy(&prepared->x);
    wi_scaler_destroy(&prepared->y);
    memset(prepared, 0, sizeof *prepared);
}

#endif /* WINIT_NO_DATA */

#ifndef WI_IMPL_NO_TRAIN
/* ==== 12. Training >>train-impl ===========================================
   A step, as wi_train_step has it:

       take samples -> forward -> loss -> backward -> on_gradient -> clip -> update -> report

   Every sample of an epoch is used once, in an order drawn from (seed, epoch); every step draws its noise
   from (seed, step). So the state of a run is its step number, the parameters and the optimiser's memory:
   stopped and resumed, it takes the very steps it would have taken. Two savings change no bit: gradients of
   dense weights are set rather than zeroed and added to, and where plain SGD asks for nothing else, the
   backward pass moves the weights as it computes their gradient. */

WI_IMPL_RARE static double wi_impl_seconds(void)
{
#ifdef TIME_UTC
    struct timespec now;
    if (timespec_get(&now, TIME_UTC) == TIME_UTC) return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
#endif
    return (double)time(NULL);
}

/* ---- Measuring ------------------------------------------------------------- */

WI_IMPL_RARE static wi_status wi_impl_data_fits(const wi_net *net, const wi_data *data, const char *what,
                                                wi_error *error)
{
    if (!net || !net->layers) return wi_impl_fail(error, WI_ERR_ARG, "the network is NULL or not created");
    wi_status status = wi_impl_data_check(data, what, error);
    if (status != WI_OK) return status;
    if (data->x.cols != net->inputs || data->y.cols != net->outputs)
        return wi_impl_fail(error, WI_ERR_SHAPE, "%s: %zu samples x %zu, %zu targets x %zu; the network "
                            "wants %zu and %zu", what, data->x.rows, data->x.cols, data->y.rows, data->y.cols,
                            net->inputs, net->outputs);
    if (data->x.cols > 1 && data->x.col_step != 1)
        return wi_impl_fail(error, WI_ERR_SHAPE, "%s: the columns of x must be neighbours", what);
    return WI_OK;
}

/* Is row i of the output right? With several outputs the largest decides; a single one is a logit or a value.
   A NaN answers nothing, and as a target asks nothing. */
static int wi_impl_is_right(wi_loss loss, wi_mat y, wi_mat target, size_t i)
{
    for (size_t j = 0; j < y.cols; j++) {
        double answer = wi_impl_mat_get(y, i, j), asked = wi_impl_mat_get(target, i, j);
        if (answer != answer || asked != asked) return 0;
    }
    if (y.cols > 1) return wi_impl_class_of(y, i) == wi_impl_class_of(target, i);
    double threshold = wi_impl_loss_of_values(loss) ? 0.5 : 0;
    return (wi_impl_mat_get(y, i, 0) > threshold) == (wi_impl_mat_get(target, i, 0) > 0.5);
}

/* The sum of squared deviations of the targets from their means; *classes is 0 if not all are -1, 0 or 1. */
WI_IMPL_RARE static double wi_impl_target_spread(wi_mat target, int *classes)
{
    double sum = 0;
    for (size_t j = 0; j < target.cols; j++) {
        double mean = 0;
        for (size_t i = 0; i < target.rows; i++) {
            double t = wi_impl_mat_get(target, i, j), delta = t - mean;
            if (t != 0 && fabs(t) != 1) *classes = 0;
            mean += delta / wi_impl_num(i + 1);
            sum += delta * (t - mean);
        }
    }
    return sum;
}

WI_API WI_IMPL_OPAQUE wi_status wi_evaluate(wi_net *net, const wi_data *data, wi_loss loss, wi_score *score)
{
    wi_error *error = net ? &net->error : NULL;
    wi_status status = wi_impl_data_fits(net, data, "wi_evaluate", error);
    if (status != WI_OK) return status;
    if (!score || !wi_impl_loss_of(loss))
        return wi_impl_fail(error, WI_ERR_ARG, "wi_evaluate: score is NULL, or %d is not a wi_loss",
                            (int)loss);
    double loss_sum = 0, right = 0, absolute = 0, squared = 0, n = wi_impl_num(data->x.rows), spread = 0;
    int values = wi_impl_loss_of_values(loss), classes = 1;
    const double work = wi_impl_num(net->max_batch) * wi_impl_num(net->param_count);
    wi_impl_pace own = {{0, 0}, 0, 0, 0, 0, 0}, *pace = &own;
    wi_mat y;
    WI_IMPL_ONE_REGION
    for (size_t first = 0; first < data->x.rows; first += net->max_batch) {
        wi_mat x = wi_impl_rows(&data->x, first, net->max_batch),
               target = wi_impl_rows(&data->y, first, net->max_batch);
        WI_IMPL_PACED((void)wi_net_forward(net, x, WI_EVAL, &y))
        loss_sum += wi_impl_loss_mean(loss, &y, &target, NULL, NULL) * wi_impl_num(x.rows);
        for (size_t i = 0; i < x.rows; i++) right += wi_impl_is_right(loss, y, target, i);
        for (size_t i = 0; values && i < x.rows; i++)
            for (size_t j = 0; j < y.cols; j++) {
                double off = wi_impl_mat_get(y, i, j) - wi_impl_mat_get(target, i, j);
                absolute += fabs(off);
                squared += off * off;
            }
    }
    if (values) spread = wi_impl_target_spread(data->y, &classes);
    score->loss = loss_sum / n;
    score->accuracy = classes ? right / n : WI_IMPL_NAN;
    score->r2 = spread > 0 ? 1 - squared / spread : WI_IMPL_NAN;
    score->mae = values ? absolute / (n * wi_impl_num(net->outputs)) : WI_IMPL_NAN;
    return wi_impl_ok(error);
}

/* ---- Preparing a run ------------------------------------------------------- */

WI_IMPL_RARE static wi_status wi_impl_train_check(const wi_net *net, const wi_data *data,
                                                  const wi_train_desc *desc, wi_error *error)
{
    if (!desc) return wi_impl_fail(error, WI_ERR_ARG, "the training description is NULL");
    wi_status status = wi_impl_data_fits(net, data, "the training data", error);
    if (status == WI_OK && desc->valid) status = wi_impl_data_fits(net, desc->valid, "the validation data",
                                                                   error);
    if (status == WI_OK) status = wi_impl_check_own(net, error);
    if (status != WI_OK) return status;
    if (!wi_impl_loss_of(desc->loss))
        return wi_impl_fail(error, WI_ERR_ARG, "%d is not a wi_loss", (int)desc->loss);
    if (desc->batch > net->max_batch)
        return wi_impl_fail(error, WI_ERR_SHAPE, "batch %zu is more than the network's max_batch %zu",
                            desc->batch, net->max_batch);
    if (net->param_count == 0)
        return wi_impl_fail(error, WI_ERR_SHAPE, "the network has no parameters to train");
    if (desc->patience && !desc->valid)
        return wi_impl_fail(error, WI_ERR_ARG, "patience needs validation data");
    if (desc->schedule != WI_SCHEDULE_STEP && desc->schedule != WI_SCHEDULE_COSINE)
        return wi_impl_fail(error, WI_ERR_ARG, "%d is not a wi_schedule", (int)desc->schedule);
    const double *weights = desc->class_weights;
    if (weights && net->outputs == 1)
        return wi_impl_fail(error, WI_ERR_ARG, "class_weights: a single output is one class, whose weight "
                            "cancels out: take two outputs, or leave them out");
    for (size_t j = 0; weights && j < net->outputs; j++)
        if (!(weights[j] > 0 && weights[j] <= DBL_MAX))
            return wi_impl_fail(error, WI_ERR_ARG, "class weight %zu is %g, which is out of range", j + 1,
                                weights[j]);

#define WI_IMPL_LIMIT(name, most) {#name, offsetof(wi_train_desc, name), 0, most},
    static const wi_impl_limit limits[] = {
        WI_IMPL_LIMIT(clip_norm, DBL_MAX) WI_IMPL_LIMIT(clip_value, DBL_MAX)
        WI_IMPL_LIMIT(weight_decay, WI_IMPL_REAL_MAX) WI_IMPL_LIMIT(weight_noise, WI_IMPL_REAL_MAX)
        WI_IMPL_LIMIT(input_noise, WI_IMPL_REAL_MAX) WI_IMPL_LIMIT(rate_decay, 1)
        WI_IMPL_LIMIT(label_smoothing, 1 - DBL_EPSILON)
    };
#undef WI_IMPL_LIMIT
    status = wi_impl_limits_check(limits, WI_COUNT(limits), desc, "", error);
    return status == WI_OK ? wi_impl_opt_check(&desc->opt, error) : status;
}

/* Fill in the defaults, and work out how many steps there will be. */
WI_IMPL_RARE static void wi_impl_train_plan(wi_trainer *trainer)
{
    wi_train_desc *desc = &trainer->desc;
    size_t n = trainer->data->x.rows;
    if (desc->batch == 0) desc->batch = wi_impl_min(32, trainer->net->max_batch);
    desc->batch = wi_impl_min(desc->batch, n);
    if (desc->epochs == 0 && desc->steps == 0) desc->epochs = 10;
    size_t rest = n % desc->batch;   /* of fewer samples than batch norm needs, there is no step */
    trainer->steps_per_epoch = n / desc->batch + (rest && rest >= trainer->net->train_rows);
    size_t steps = desc->epochs ? wi_impl_mul(desc->epochs, trainer->steps_per_epoch) : SIZE_MAX;
    if (desc->steps) steps = wi_impl_min(steps, desc->steps);
    if (desc->every == 0) desc->every = trainer->steps_per_epoch;
    trainer->progress.steps = steps;
    trainer->progress.epochs = (steps - 1) / trainer->steps_per_epoch + 1;
}

/* One block: the order of the samples, then, from the start of a cache line on, the samples of a step and
   copies of the weights where they are needed. */
WI_IMPL_RARE static wi_status wi_impl_train_memory(wi_trainer *trainer, wi_error *error)
{
    const wi_train_desc *desc = &trainer->desc;
    const wi_net *net = trainer->net;
    size_t x = wi_impl_mul(desc->batch, net->inputs), y = wi_impl_mul(desc->batch, net->outputs);
    size_t kept = desc->weight_noise > 0 ? net->param_count : 0, n = trainer->data->x.rows;
    size_t best = desc->patience ? wi_impl_add(net->param_count, net->state_count) : 0;
    size_t reals = wi_impl_add(wi_impl_add(x, y), wi_impl_add(kept, best));
    size_t bytes = wi_impl_add(wi_impl_mul(n, sizeof(size_t)),
                               wi_impl_add(wi_impl_mul(reals, sizeof(wi_real)), 64));
    trainer->owned = wi_impl_alloc(bytes, 1);
    if (!trainer->owned) return wi_impl_no_room(error, bytes, "bytes of a training run");
    trainer->order = (size_t *)trainer->owned;
    char *reals_from = (char *)(trainer->order + n);
    reals_from += (64 - (uintptr_t)reals_from % 64) % 64;
    trainer->x = (wi_real *)(void *)reals_from;
    trainer->y = trainer->x + x;
    if (kept) trainer->kept = trainer->y + y;
    if (best) trainer->best = trainer->y + y + kept;
    return WI_OK;
}

WI_API WI_IMPL_OPAQUE wi_status wi_trainer_create(wi_trainer *trainer, wi_net *net, const wi_data *data,
                                                  const wi_train_desc *desc, wi_error *error)
{
    if (!trainer) return wi_impl_fail(error, WI_ERR_ARG, "wi_trainer_create: trainer is NULL");
    wi_status status = wi_impl_train_check(net, data, desc, error);
    if (status != WI_OK) return status;
    wi_trainer fresh;
    memset(&fresh, 0, sizeof fresh);
    fresh.net = net;
    fresh.data = data;
    fresh.desc = *desc;
    fresh.best_loss = DBL_MAX;
    fresh.progress.net = net;
    fresh.progress.loss = fresh.progress.grad_norm = WI_IMPL_NAN;
    wi_impl_train_plan(&fresh);
    if (fresh.desc.batch < net->train_rows)
        return wi_impl_fail(error, WI_ERR_SHAPE, "batch norm cannot be trained on one sample a step: a mean "
                            "and a variance need two values of each feature");
    status = wi_opt_create(&fresh.opt, desc->opt, net->param_count);
    if (status != WI_OK) return wi_impl_no_room(error, net->param_count, "numbers of the optimiser");
    status = wi_impl_train_memory(&fresh, error);
    if (status != WI_OK) wi_opt_destroy(&fresh.opt);
    else *trainer = fresh;
    return status;
}

WI_API void wi_trainer_destroy(wi_trainer *trainer)
{
    if (!trainer) return;
    wi_opt_destroy(&trainer->opt);
    if (trainer->owned) WINIT_FREE(trainer->owned);
    memset(trainer, 0, sizeof *trainer);
}

/* ---- One step -------------------------------------------------------------- */

/* Each use of randomness has a stream of its own, and each step its own stretch of it: a resumed run draws
   what an uninterrupted one would have. */
enum { WI_IMPL_STREAM_ORDER = 1, WI_IMPL_STREAM_INPUT, WI_IMPL_STREAM_WEIGHT };

static wi_rng wi_impl_train_rng(const wi_trainer *trainer, uint64_t stream)
{
    return wi_rng_split(wi_rng_make(trainer->desc.seed), stream);
}

/* What all steps up to a report have in common: how the backward pass spares memory (where layers share
   weights it must add), and whether it moves the weights itself, which it may if a step is no more than
   w -= rate g and nobody looks at g first: at 10 samples a step the sweep over g and w would cost as much as
   computing them. */
typedef struct wi_impl_course {
    int assign, plain;
    wi_rng order;         /* from which each epoch's order is drawn */
    const double *known;  /* the loss, where the gradient is there already */
} wi_impl_course;

static wi_impl_course wi_impl_course_of(const wi_trainer *trainer)
{
    const wi_train_desc *desc = &trainer->desc;
    const wi_opt_desc *opt = &trainer->opt.desc;
    wi_impl_course course = {1, 0, wi_impl_train_rng(trainer, WI_IMPL_STREAM_ORDER), NULL};
    for (size_t l = 0; l < trainer->net->layer_count; l++)
        if (trainer->net->layers[l].desc.tied) course.assign = 0;
    course.plain = course.assign && opt->kind == WI_OPT_SGD && opt->decay == 0
                   && desc->batch <= WI_IMPL_STEP_K && desc->weight_decay == 0 && desc->clip_norm == 0
                   && desc->clip_value == 0 && desc->weight_noise == 0 && !desc->on_gradient;
    return course;
}

WI_IMPL_APART static void wi_impl_add_noise(wi_real *x, size_t n, double std, wi_rng rng)
{
    for (size_t i = 0; i < n; i++) x[i] = (wi_real)((double)x[i] + std * wi_rng_normal(&rng));
}

/* Copy this step's samples out of the data, in the order of this epoch, and return how many there are. */
static size_t wi_impl_take_samples(wi_trainer *trainer, wi_rng order)
{
    const wi_data *data = trainer->data;
    size_t n = data->x.rows, step = trainer->progress.step, epoch = trainer->progress.epoch;
    if (trainer->order_epoch != epoch + 1) {
        wi_rng rng = wi_rng_split(order, epoch);
        for (size_t i = 0; i < n; i++) trainer->order[i] = i;
        wi_rng_shuffle(&rng, trainer->order, n);
        trainer->order_epoch = epoch + 1;
    }
    size_t first = (step - epoch * trainer->steps_per_epoch) * trainer->desc.batch;
    size_t rows = wi_impl_min(trainer->desc.batch, n - first), inputs = data->x.cols, outputs = data->y.cols;
    double smooth = trainer->desc.label_smoothing;
    wi_mat x = wi_mat_view(trainer->x, rows, inputs), y = wi_mat_view(trainer->y, rows, outputs);
    wi_impl_copy_rows(&x, &data->x, trainer->order + first);
    wi_impl_copy_rows(&y, &data->y, trainer->order + first);
    for (size_t i = 0; smooth > 0 && i < rows * outputs; i++)
        y.data[i] = (wi_real)((1 - smooth) * (double)y.data[i] + wi_impl_smoothing(smooth, outputs));
    if (trainer->desc.input_noise > 0)
        wi_impl_add_noise(trainer->x, rows * inputs, trainer->desc.input_noise,
                          wi_rng_split(wi_impl_train_rng(trainer, WI_IMPL_STREAM_INPUT), step));
    return rows;
}

/* Does a pass move a layer's parameters itself, or at least set their gradients? */
static int wi_impl_assigned(const wi_layer *layer, const wi_impl_pass *pass)
{
    return pass->assign && layer->desc.kind == WI_LAYER_DENSE;
}

/* Zero the gradients that a backward pass will not set, which sets nearly all there are; or, without a pass,
   those of frozen layers. */
static void wi_impl_clear_grads(wi_net *net, const wi_impl_pass *pass)
{
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *layer = &net->layers[l];
        if (layer->param_count > 0 && (pass ? !wi_impl_assigned(layer, pass) : layer->desc.frozen))
            memset(net->grads + layer->param_first, 0, layer->param_count * sizeof *net->grads);
    }
}

/* Add noise to the weights of dense and convolution layers, which are kept. */
static void wi_impl_add_weight_noise(wi_trainer *trainer)
{
    wi_net *net = trainer->net;
    wi_rng rng = wi_rng_split(wi_impl_train_rng(trainer, WI_IMPL_STREAM_WEIGHT), trainer->progress.step);
    memcpy(trainer->kept, net->params, net->param_count * sizeof *net->params);
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *layer = &net->layers[l];
        if (wi_impl_has_weights(layer))
            wi_impl_add_noise(net->params + layer->param_first, layer->param_count - layer->b.cols,
                              trainer->desc.weight_noise, wi_rng_split(rng, l));
    }
}

/* This step's samples, forward, loss and, if that is finite, backward; its gradients replace those of the one
   before. With noise on the weights they are taken at w + noise and then used at w. Returns the loss. */
static double wi_impl_train_gradient(wi_trainer *trainer, wi_rng order, const wi_impl_pass *pass)
{
    wi_net *net = trainer->net;
    size_t rows = wi_impl_take_samples(trainer, order);
    wi_mat target = wi_mat_view(trainer->y, rows, net->outputs);
    wi_mat dy = wi_impl_rows(&net->layers[net->layer_count - 1].dpost, 0, rows); /* where backward wants it */
    if (trainer->kept) wi_impl_add_weight_noise(trainer);
    net->x = wi_mat_view(trainer->x, rows, net->inputs);
    wi_impl_forward(net, WI_TRAIN);
    wi_mat y = wi_impl_signal(net, net->layer_count, rows);
    double loss = wi_impl_loss_mean(trainer->desc.loss, &y, &target, &dy, trainer->desc.class_weights);
    if (wi_impl_finite(loss)) {
        wi_impl_clear_grads(net, pass);
        wi_impl_backward(net, dy, pass);
        wi_impl_clear_grads(net, NULL);
    }
    if (trainer->kept) memcpy(net->params, trainer->kept, net->param_count * sizeof *net->params);
    return loss;
}

WI_API double wi_net_grad_norm(const wi_net *net)
{
    double sum = 0;
    if (!net || !net->grads) return WI_IMPL_NAN;
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *layer = &net->layers[l];
        const wi_real *g = net->grads + layer->param_first;
        if (layer->desc.frozen) continue;
        for (size_t i = 0; i < layer->param_count; i++) sum += (double)g[i] * (double)g[i];
    }
    return sqrt(sum);
}

/* The factor that brings a gradient of this norm down to the norm `most`; 0: no limit. */
static double wi_impl_shrink(double norm, double most)
{
    return most > 0 && norm > most && wi_impl_finite(norm) ? most / norm : 1;
}

WI_API double wi_net_clip_grads(wi_net *net, double most)
{
    double norm = wi_net_grad_norm(net), shrink = wi_impl_shrink(norm, most);
    for (size_t i = 0; shrink < 1 && i < net->param_count; i++) net->grads[i] *= (wi_real)shrink;
    return norm;
}

/* Measure the gradient, clamp it, and return the factor that clip_norm asks for. */
static double wi_impl_shape_gradient(wi_trainer *trainer, int report)
{
    const wi_train_desc *desc = &trainer->desc;
    wi_net *net = trainer->net;
    double norm = report || desc->clip_norm > 0 ? wi_net_grad_norm(net) : WI_IMPL_NAN;
    trainer->progress.grad_norm = norm;
    if (desc->clip_value > 0) {
        wi_real most = (wi_real)desc->clip_value;
        for (size_t i = 0; i < net->param_count; i++)
            net->grads[i] = net->grads[i] > most ? most : net->grads[i] < -most ? -most : net->grads[i];
        if (desc->clip_norm > 0) norm = wi_net_grad_norm(net);
    }
    return wi_impl_shrink(norm, desc->clip_norm);
}

/* The rate of a step, where it begins with `rate`. */
static double wi_impl_rate_at(const wi_train_desc *desc, double rate, size_t step, size_t steps,
                              size_t steps_per_epoch)
{
    if (desc->schedule == WI_SCHEDULE_COSINE)
        rate *= (1 + cos(WI_IMPL_PI * wi_impl_num(wi_impl_min(step, steps)) / wi_impl_num(steps))) / 2;
    else if (desc->rate_decay > 0)
        rate *= pow(desc->rate_decay, wi_impl_num(step / steps_per_epoch
                                                  / (desc->decay_every ? desc->decay_every : 1)));
    if (step < desc->warmup_steps) rate *= wi_impl_num(step + 1) / wi_impl_num(desc->warmup_steps);
    return rate;
}

WI_API double wi_train_rate(const wi_train_desc *desc, size_t step, size_t steps, size_t steps_per_epoch)
{
    if (!desc || steps == 0 || steps_per_epoch == 0) return WI_IMPL_NAN;
    return wi_impl_rate_at(desc, desc->opt.rate, step, steps, steps_per_epoch);
}

/* Are a layer's parameters frozen, or moved by the backward pass? */
static int wi_impl_settled(const wi_layer *layer, const wi_impl_pass *pass)
{
    return layer->desc.frozen || (pass->rate > 0 && wi_impl_assigned(layer, pass));
}

/* Move the parameters that are not settled; without L2, of as many layers at once as have one rate. */
static void wi_impl_update(wi_trainer *trainer, const wi_impl_pass *pass, double shrink)
{
    wi_net *net = trainer->net;
    const double all = trainer->progress.rate, l2 = trainer->desc.weight_decay;
    trainer->opt.step++;
    for (const wi_layer *layer = net->layers, *end = layer + net->layer_count; layer < end; layer++) {
        const double rate = wi_impl_layer_rate(layer, all);
        size_t first = layer->param_first, count = layer->param_count, weights = 0;
        if (wi_impl_settled(layer, pass)) continue;
        if (l2 > 0 && wi_impl_has_weights(layer)) weights = count - layer->b.cols;
        for (; l2 == 0 && layer + 1 < end && !wi_impl_settled(layer + 1, pass)
               && wi_impl_layer_rate(layer + 1, all) == rate; layer++) count += layer[1].param_count;
        wi_impl_opt_apply(&trainer->opt, net->params, net->grads, first, weights, rate, shrink, l2);
        wi_impl_opt_apply(&trainer->opt, net->params, net->grads, first + weights, count - weights, rate,
                          shrink, 0);
    }
}

/* ---- The loop -------------------------------------------------------------- */

/* Say where the numbers went wrong: the cell of the data that is not finite, the first layer whose output
   is not, or else whose gradient is not. */
WI_IMPL_RARE static wi_status wi_impl_numeric_failure(const wi_trainer *trainer, double loss, wi_error *error)
{
    const wi_net *net = trainer->net;
    size_t step = trainer->progress.step + 1, epoch = trainer->progress.epoch + 1;
    int values = !wi_impl_finite(loss);
    for (int k = 0; k < 2 && values; k++) {   /* of an earlier step too: a flat unit hides it for a step */
        wi_mat m = k ? trainer->data->y : trainer->data->x;
        for (size_t i = 0; i < m.rows * m.cols; i++) {
            double cell = (double)*wi_mat_at(m, i / m.cols, i % m.cols);
            if (wi_impl_finite(cell)) continue;
            return wi_impl_fail(error, WI_ERR_NUMERIC, "step %zu (epoch %zu): the loss is %g; row %zu, "
                                "column %zu of the %s is %g", step, epoch, loss, i / m.cols + 1,
                                i % m.cols + 1, k ? "targets" : "inputs", cell);
        }
    }
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *layer = &net->layers[l];
        const wi_real *x = values ? layer->post.data : net->grads + layer->param_first;
        if (wi_stats_of(x,
                        values ? net->batch * layer->outputs : layer->param_count).nonfinite == 0) continue;
        return wi_impl_fail(error, WI_ERR_NUMERIC, "step %zu (epoch %zu): the loss is %g; layer %zu (%s) is "
                            "the first with a %s that is not finite", step, epoch, loss, l + 1,
                            wi_layer_kind_name(layer->desc.kind), values ? "value" : "gradient");
    }
    return wi_impl_fail(error, WI_ERR_NUMERIC, "step %zu (epoch %zu): the loss is %g, %s", step, epoch,
                        loss, values ? "though all layers' values are finite"
                                     : "and the norm of the gradients is too large");
}

/* Measure, tell the user, and decide whether to go on. */
WI_IMPL_RARE static wi_status wi_impl_report(wi_trainer *trainer, wi_error *error)
{
    wi_progress *progress = &trainer->progress;
    const wi_train_desc *desc = &trainer->desc;
    wi_net *net = trainer->net;
    trainer->loss_sum = 0;
    trainer->loss_count = 0;
    if (wi_stats_of(net->state, net->state_count).nonfinite)
        return wi_impl_fail(error, WI_ERR_NUMERIC, "step %zu: a running variance overflows", progress->step);
    if (desc->valid) {
        wi_status status = wi_evaluate(net, desc->valid, desc->loss, &progress->valid);
        if (status != WI_OK) return wi_impl_fail(error, status, "%s", net->error.text);
    }
    if (desc->patience && progress->step > 0) {
        if (progress->valid.loss < trainer->best_loss) {
            trainer->best_loss = progress->valid.loss;
            trainer->waited = 0;
            wi_impl_copy_weights(trainer->best, trainer->best + net->param_count, net->params, net->state,
                                 net);
        } else if (++trainer->waited >= desc->patience) {
            trainer->stopped = 1;
        }
    }
    int answer = desc->on_report ? desc->on_report(progress, desc->user) : 0;
    if (answer == 0) return WI_OK;
    return wi_impl_fail(error, WI_ERR_STOPPED, "stopped after step %zu (epoch %zu): on_report returned %d, "
                        "not 0", progress->step, progress->epoch + 1, answer);
}

WI_IMPL_RARE static void wi_impl_clock(wi_progress *progress, double start)
{
    double done = progress->step ? wi_impl_num(progress->step) : 1;
    progress->seconds = wi_impl_seconds() - start;
    progress->seconds_left = progress->seconds / done * wi_impl_num(progress->steps - progress->step);
}

/* Take one step, or leave the parameters, the progress and chance as they were. */
WI_IMPL_OPAQUE static wi_status wi_impl_train_step(wi_trainer *trainer, const wi_impl_course *course,
                                                   int report, double start, wi_error *error)
{
    const wi_train_desc *desc = &trainer->desc;
    wi_progress *progress = &trainer->progress, before = *progress;
    const wi_rng noise = trainer->net->noise;
    progress->epoch = progress->step / trainer->steps_per_epoch;
    progress->rate = wi_impl_rate_at(desc, trainer->opt.desc.rate, progress->step, progress->steps,
                                     trainer->steps_per_epoch);
    const wi_impl_pass pass = {course->assign, course->plain && !report ? progress->rate : 0};
    double loss = course->known ? *course->known : wi_impl_train_gradient(trainer, course->order, &pass);
    wi_status status = wi_impl_finite(loss) ? WI_OK : wi_impl_numeric_failure(trainer, loss, error);
    progress->loss = (trainer->loss_sum + loss) / wi_impl_num(trainer->loss_count + 1);
    if (status == WI_OK && desc->on_gradient) {
        wi_impl_clock(progress, start);
        int answer = desc->on_gradient(trainer->net, progress, desc->user);
        if (answer)
            status = wi_impl_fail(error, WI_ERR_STOPPED, "stopped in step %zu (epoch %zu), before its "
                                  "update: on_gradient returned %d, not 0", progress->step + 1,
                                  progress->epoch + 1, answer);
    }
    double shrink = status == WI_OK ? wi_impl_shape_gradient(trainer, report) : 0;
    if (status == WI_OK && (report || desc->clip_norm > 0) && !wi_impl_finite(progress->grad_norm))
        status = wi_impl_numeric_failure(trainer, loss, error);
    if (status != WI_OK) {
        *progress = before;
        trainer->net->noise = noise;   /* to draw the same masks when the step is taken again */
        return status;
    }
    wi_impl_update(trainer, &pass, shrink);
    progress->step++;
    trainer->loss_sum += loss;
    trainer->loss_count++;
    return WI_OK;
}

/* All steps before number `to`; the last alone is measured for a report. */
static wi_status wi_impl_train_steps(wi_trainer *trainer, size_t to, double start, wi_impl_pace *pace,
                                     wi_error *error)
{
    wi_status status = WI_OK;
    const wi_impl_course course = wi_impl_course_of(trainer);
    const double work = wi_impl_num(trainer->desc.batch) * wi_impl_num(trainer->net->param_count);
    pace->rounds = 0;
    WI_IMPL_ONE_REGION
    while (status == WI_OK && trainer->progress.step < to) {
        const int report = trainer->progress.step + 1 == to;
        WI_IMPL_PACED(status = wi_impl_train_step(trainer, &course, report, start, error))
    }
    return status;
}

WI_API WI_IMPL_OPAQUE wi_status wi_trainer_run(wi_trainer *trainer, size_t steps, wi_error *error)
{
    if (!trainer || !trainer->net)
        return wi_impl_fail(error, WI_ERR_ARG, "wi_trainer_run: trainer is NULL or not created");
    wi_progress *progress = &trainer->progress;
    wi_net *net = trainer->net;
    size_t begin = progress->step, left = progress->steps - begin,
           end = begin + (steps ? wi_impl_min(steps, left) : left);
    double start = wi_impl_seconds() - progress->seconds;
    wi_impl_pace pace = {{0, 0}, 0, 0, 0, 0, 0};
    progress->trainer = trainer;
    wi_status status = begin == 0 && trainer->desc.on_report ? wi_impl_report(trainer, error) : WI_OK;
    while (status == WI_OK && !trainer->stopped && progress->step < end) {
        size_t every = trainer->desc.every, to = wi_impl_min(end, (progress->step / every + 1) * every);
        status = wi_impl_train_steps(trainer, to, start, &pace, error);
        wi_impl_clock(progress, start);
        int report = progress->step % every == 0 || progress->step == progress->steps;
        if (status == WI_OK && report) status = wi_impl_report(trainer, error);
    }
    if (status != WI_OK) return status;
    /* A finished run goes back to the best weights it has seen. */
    int finished = trainer->stopped || progress->step == progress->steps;
    if (finished && trainer->best && trainer->best_loss < DBL_MAX)
        wi_impl_copy_weights(net->params, net->state, trainer->best, trainer->best + net->param_count, net);
    return wi_impl_ok(error);
}

WI_API WI_IMPL_OPAQUE wi_status wi_train(wi_net *net, const wi_data *data, const wi_train_desc *desc,
                                         wi_progress *last, wi_error *error)
{
    wi_trainer trainer;
    wi_status status = wi_trainer_create(&trainer, net, data, desc, error);
    if (status != WI_OK) return status;
    status = wi_trainer_run(&trainer, 0, error);
    trainer.progress.trainer = NULL;
    if (last && (status == WI_OK || status == WI_ERR_STOPPED)) *last = trainer.progress;
    wi_trainer_destroy(&trainer);
    return status;
}

/* ---- Stacked autoencoders -------------------------------------------------- */

/* Compute what layer `index` reads, for all samples: features [n][inputs of the layer]. */
WI_IMPL_RARE static void wi_impl_features(wi_net *net, size_t index, wi_mat x, wi_real *features)
{
    size_t width = net->layers[index].inputs;
    for (size_t first = 0; first < x.rows; first += net->max_batch) {
        wi_mat batch = wi_impl_rows(&x, first, net->max_batch);
        (void)wi_net_forward(net, batch, WI_EVAL, NULL);
        wi_mat signal = wi_impl_signal(net, wi_impl_reads(&net->layers[index].desc, index), batch.rows);
        wi_mat copy = wi_mat_view(features + first * width, batch.rows, width);
        wi_impl_copy_rows(&copy, &signal, NULL);
    }
    net->batch = 0;   /* a backward pass needs a forward pass of its own */
}

/* Train  x -> layer -> transposed layer -> x  on the features, from the layer's own weights,
   and take the result over. */
WI_IMPL_RARE static wi_status wi_impl_pretrain_layer(wi_layer *layer, wi_mat x, const wi_train_desc *desc,
                                                     size_t max_batch, wi_error *error)
{
    wi_layer_desc layers[2] = {layer->desc, wi_layer_dense(layer->inputs, wi_linear())};
    layers[0].from = 0;
    layers[1].tied = 1;
    wi_net_desc shape;
    memset(&shape, 0, sizeof shape);
    shape.inputs = layer->inputs;
    shape.layers = layers;
    shape.layer_count = 2;
    shape.max_batch = max_batch;
    wi_net pair;
    wi_status status = wi_net_create(&pair, &shape, error);
    if (status != WI_OK) return status;

    wi_data data;
    memset(&data, 0, sizeof data);
    data.x = data.y = x;
    wi_train_desc run = *desc;
    run.loss = WI_LOSS_HALF_SQUARED;
    run.valid = NULL;
    run.patience = 0;
    run.class_weights = NULL;
    run.label_smoothing = 0;
    run.on_gradient = NULL;
    memcpy(pair.layers[0].w.data, layer->w.data, layer->param_count * sizeof(wi_real));
    status = wi_train(&pair, &data, &run, NULL, error);
    if (status == WI_OK) memcpy(layer->w.data, pair.layers[0].w.data, layer->param_count * sizeof(wi_real));
    wi_net_destroy(&pair);
    return status;
}

WI_IMPL_RARE static wi_status wi_impl_pretrain_check(wi_net *net, const wi_data *data,
                                                     const wi_train_desc *desc, wi_error *error)
{
    if (!data || !data->x.data || !desc)
        return wi_impl_fail(error, WI_ERR_ARG, "wi_pretrain: an argument is NULL or empty");
    wi_status status = wi_impl_check_own(net, error);
    if (status != WI_OK) return status;
    status = wi_impl_check_batch(net, wi_impl_rows(&data->x, 0, net->max_batch));
    if (status != WI_OK) return wi_impl_fail(error, status, "wi_pretrain: %s", net->error.text);
    return WI_OK;
}

WI_API WI_IMPL_OPAQUE wi_status wi_pretrain(wi_net *net, const wi_data *data, const wi_train_desc *desc,
                                            wi_error *error)
{
    wi_status status = wi_impl_pretrain_check(net, data, desc, error);
    if (status != WI_OK) return status;
    size_t widest = 0, last = 0;
    for (size_t l = 0; l < net->layer_count; l++) {
        if (net->layers[l].inputs > widest) widest = net->layers[l].inputs;
        if (net->layers[l].desc.kind == WI_LAYER_DENSE) last = l;
    }
    wi_real *features = (wi_real *)wi_impl_alloc(data->x.rows, wi_impl_mul(widest, sizeof *features));
    if (!features) return wi_impl_no_room(error, wi_impl_mul(data->x.rows, widest), "features");

    for (size_t l = 0; status == WI_OK && l < last; l++) {
        wi_layer *layer = &net->layers[l];
        if (layer->desc.kind != WI_LAYER_DENSE || layer->desc.tied || layer->desc.frozen) continue;
        wi_impl_features(net, l, data->x, features);
        status = wi_impl_pretrain_layer(layer, wi_mat_view(features, data->x.rows, layer->inputs),
                                        desc, net->max_batch, error);
    }
    WINIT_FREE(features);
    return status;
}

#endif /* WI_IMPL_NO_TRAIN */

#ifndef WINIT_NO_PROBE
/* ==== 13. Diagnosis >>probe-impl ==========================================
   The way of the data: a batch goes forward and back once, and every layer
   is measured (wi_probe). What the layers show together is put into a few
   numbers of the whole network (wi_impl_case), which decide the verdicts;
   words come last.

   A plan (wi_train_check) is judged on a copy of the network. Looking at it
   gives some twenty features, a trial some more, and a weighted sum of them
   is the log odds of success:

       ln p / (1 - p) = b + w . features

   The weights were fitted to networks that were trained (examples/tools/sweep.c).
   To mend is to try starts on the copy until one has the best odds. */

/* ---- Measuring ------------------------------------------------------------ */

/* What a probe measures of a layer, in the order in which it comes about: its name in a report and in a
   sentence, and where it is. */
enum { WI_IMPL_WEIGHTS = 1, WI_IMPL_BACKWARD = 4, WI_IMPL_PLACES = 7 };

static const struct { const char *key, *words; size_t stats, bins; } wi_impl_places[WI_IMPL_PLACES] = {
    {"in", "inputs", offsetof(wi_probe, in), 0},
    {"weights", "weights", offsetof(wi_probe, w), offsetof(wi_probe, w_bins)},
    {"pre", "pre-activations", offsetof(wi_probe, pre), offsetof(wi_probe, pre_bins)},
    {"post", "outputs", offsetof(wi_probe, post), offsetof(wi_probe, post_bins)},
    {"dpre", "gradients", offsetof(wi_probe, dpre), offsetof(wi_probe, dpre_bins)},
    {"dpost", "gradients of the outputs", offsetof(wi_probe, dpost), 0},
    {"dw", "gradients of the weights", offsetof(wi_probe, dw), offsetof(wi_probe, dw_bins)},
};

static const wi_stats *wi_impl_seen_at(const wi_probe *p, size_t k)
{
    return (const wi_stats *)(const void *)((const char *)p + wi_impl_places[k].stats);
}

/* Statistics of the n values at a place and, if it is wanted and kept, a histogram. A layer without an
   activation has the same values in two places. */
static void wi_impl_measure(wi_probe *p, size_t k, const wi_mat *const *at, size_t n, unsigned parts)
{
    char *to = (char *)p;
    const wi_real *x = at[k]->data;
    wi_stats s = k > 0 && at[k - 1]->data == x ? *wi_impl_seen_at(p, k - 1) : wi_stats_of(x, n);
    *(wi_stats *)(void *)(to + wi_impl_places[k].stats) = s;
    if (!(parts & WI_PROBE_HISTOGRAMS) || wi_impl_places[k].bins == 0) return;
    double margin = s.max > s.min ? 0.0 : fmax(fabs(s.max) * 1e-3, 1e-30);
    *(wi_histogram *)(void *)(to + wi_impl_places[k].bins) =
        wi_histogram_of(x, n, s.min - margin, s.max + margin);
}

/* The greatest slope of an activation, which says what a small one is. */
WI_IMPL_APART static double wi_impl_top_slope(const wi_act *act)
{
    double top = 0.0;
    for (int k = -40; k <= 40; k++) top = fmax(top, fabs(wi_impl_act_slope(act, 0.15 * k)));
    return top;
}

/* Units whose activation is flat: for one value, and for all values of a unit. */
static void wi_impl_probe_slopes(const wi_layer *layer, size_t rows, double *alive, wi_probe *probe)
{
    if (layer->desc.act.kind == WI_ACT_LINEAR) return;
    size_t pixels = layer->outputs / probe->units, flat = 0, dead = probe->units;
    double top = wi_impl_top_slope(&layer->desc.act);
    wi_real *slope = (wi_real *)(void *)(alive + probe->units);
    for (size_t u = 0; u < probe->units; u++) alive[u] = 0.0;
    for (size_t i = 0; i < rows; i++) {
        for (size_t k = 0; k < layer->outputs; k++) slope[k] = 1;
        wi_act_backward(layer->desc.act, slope, slope, layer->pre.data + i * layer->pre.row_step,
                        layer->outputs);
        for (size_t k = 0; k < layer->outputs; k++) {
            double size = fabs((double)slope[k]);
            flat += size < 0.05 * top;
            if (!(size < 0.01 * top)) alive[k / pixels] = 1.0;
        }
    }
    for (size_t u = 0; u < probe->units; u++) dead -= alive[u] > 0.0;
    probe->saturated = wi_impl_num(flat) / wi_impl_num(rows * layer->outputs);
    probe->dead = wi_impl_num(dead) / wi_impl_num(probe->units);
}

/* Mean cosine between two samples: with u = z / |z|,  sum_{i != k} <u_i, u_k> = |sum_i u_i|^2 - n. */
static double wi_impl_probe_correlation(const wi_mat *z, size_t rows, double *sum)
{
    double n = 0.0, together = 0.0;
    size_t cols = z->cols;
    if (rows < 2) return 0.0;
    for (size_t j = 0; j < cols; j++) sum[j] = 0.0;
    for (size_t i = 0; i < rows; i++) {
        const wi_real *row = z->data + i * z->row_step;
        double square = 0.0;
        for (size_t j = 0; j < cols; j++) square += (double)row[j] * (double)row[j];
        if (!(square > 0.0)) continue;
        double scale = 1.0 / sqrt(square);
        for (size_t j = 0; j < cols; j++) sum[j] += scale * (double)row[j];
        n++;
    }
    for (size_t j = 0; j < cols; j++) together += sum[j] * sum[j];
    return n > 1.0 ? (together - n) / (n * (n - 1.0)) : 1.0;
}

/* What every unit of a layer has in a matrix of [rows][units * width], compared to within `grain`. */
typedef struct wi_impl_traits { wi_mat m; size_t width; double grain; } wi_impl_traits;

static int wi_impl_same_unit(const wi_impl_traits *of, size_t a, size_t b)
{
    size_t width = of->width;
    for (size_t i = 0; i < of->m.rows; i++)
        for (size_t k = 0; k < width; k++)
            if (!(fabs(wi_impl_mat_get(of->m, i, a * width + k) - wi_impl_mat_get(of->m, i, b * width + k))
                  <= of->grain))
                return 0;
    return 1;
}

/* A unit and its key: a random combination of all that it has. */
typedef struct wi_impl_keyed { double key; size_t index; } wi_impl_keyed;

WI_IMPL_OPAQUE static void wi_impl_add_keys(const wi_impl_traits *of, wi_impl_keyed *units, size_t count,
                                            wi_rng *rng)
{
    for (size_t i = 0; i < of->m.rows; i++)
        for (size_t k = 0; k < of->width; k++) {
            double r = 1e-5 * wi_rng_uniform(rng) / of->grain;
            for (size_t u = 0; u < count; u++)
                units[u].key += r * wi_impl_mat_get(of->m, i, u * of->width + k);
        }
}

/* Count the units that differ. Two units with the same incoming weights and the same gradient dpre for every
   sample will take the same step, and stay copies for ever. Sorting by a key puts copies side by side. */
static size_t wi_impl_probe_distinct(const wi_layer *layer, size_t rows, const wi_probe *p,
                                     wi_impl_keyed *units)
{
    size_t pixels = layer->outputs / p->units, distinct = 1, group = 0, count = 1;
    double own = p->has_weights ? p->w.rms : p->pre.rms, dpre = p->dpre.rms;
    wi_impl_traits traits[3] = {{wi_impl_rows(&layer->pre, 0, rows), pixels, 1e-5 * (own > 0.0 ? own : 1.0)}};
    if (p->has_weights) {
        traits[0].m = wi_mat_transpose(layer->w);   /* [in][units] */
        traits[0].width = 1;
        traits[1] = traits[0];
        traits[1].m = layer->b;
        count += layer->b.cols == p->units;
    }
    if (p->dpre.count > 0) {
        traits[count].m = wi_impl_rows(&layer->dpre, 0, rows);
        traits[count].width = pixels;
        traits[count++].grain = 1e-5 * (dpre > 0.0 ? dpre : 1.0);
    }

    wi_rng rng = wi_rng_make(1);
    for (size_t u = 0; u < p->units; u++) {
        units[u].key = 0.0;
        units[u].index = u;
    }
    for (size_t t = 0; t < count; t++) wi_impl_add_keys(&traits[t], units, p->units, &rng);
    qsort(units, p->units, sizeof *units, wi_impl_ascending);   /* by what comes first in it, the key */
    for (size_t u = 1; u < p->units; u++) {
        size_t t = 0;
        while (t < count && wi_impl_same_unit(&traits[t], units[group].index, units[u].index)) t++;
        if (t == count) continue;
        distinct++;
        group = u;
    }
    return distinct;
}

static void wi_impl_probe_layer(const wi_net *net, size_t l, size_t rows, int backward, unsigned parts,
                                wi_impl_keyed *room, wi_probe *p)
{
    const wi_layer *layer = &net->layers[l];
    size_t weights = layer->w.rows * layer->w.cols, reads = wi_impl_reads(&net->layers[l].desc, l);
    wi_mat x = wi_impl_signal(net, reads, rows);
    memset(p, 0, sizeof *p);
    p->kind = layer->desc.kind;
    p->act = layer->desc.act;
    p->recipe = layer->desc.weights;
    p->has_weights = wi_impl_has_weights(layer);
    p->samples = rows;
    p->units = p->distinct_units = layer->out.channels;
    for (size_t s = l + 1; s < net->layer_count; s++)
        p->branch |= net->layers[s].desc.kind == WI_LAYER_SKIP && net->layers[s].desc.span + l > s;

    /* Sizes and shapes of everything that is there; what another layer has written is measured already. */
    const wi_mat *at[WI_IMPL_PLACES] = {&x, &layer->w, &layer->pre, &layer->post, &layer->dpre,
                                        &layer->dpost, &layer->dw};
    for (size_t k = 0; k < (backward ? WI_IMPL_PLACES : WI_IMPL_BACKWARD); k++) {
        size_t n = k == WI_IMPL_WEIGHTS || k == WI_IMPL_PLACES - 1 ? weights : rows * at[k]->cols;
        if (k == 0 && reads > 0) p->in = (p - l + reads - 1)->post;
        else if (n > 0) wi_impl_measure(p, k, at, n, parts);
    }
    if (p->dw.rms > 0.0) p->update_ratio = p->dw.rms / p->w.rms;

    /* What averages do not show. */
    if (parts & WI_PROBE_FLAT) wi_impl_probe_slopes(layer, rows, &room->key, p);
    if (parts & WI_PROBE_ALIKE) {
        p->correlation = wi_impl_probe_correlation(&layer->pre, rows, &room->key);
        p->in_correlation = wi_impl_probe_correlation(&x, rows, &room->key);
    }
    if (parts & WI_PROBE_COPIES) p->distinct_units = wi_impl_probe_distinct(layer, rows, p, room);
}

/* What was left out counted as harmless while the layers were judged; now it is said to be unknown. */
static void wi_impl_probe_unknown(wi_probe *p, unsigned parts)
{
    if (!(parts & WI_PROBE_FLAT)) p->saturated = p->dead = WI_IMPL_NAN;
    if (!(parts & WI_PROBE_ALIKE)) p->correlation = p->in_correlation = WI_IMPL_NAN;
    if (!(parts & WI_PROBE_THEORY)) p->predicted_std = p->predicted_slope = WI_IMPL_NAN;
}

/* Theory beside it, by the weights as they are. Pairs of samples are followed only where they matter: in
   front of a batch norm. */
WI_IMPL_RARE static wi_status wi_impl_probe_predict(const wi_net *net, wi_probe *per_layer)
{
    size_t count = net->layer_count;
    int pairs = 0;
    wi_signal *signal = (wi_signal *)wi_impl_alloc(count, sizeof *signal + sizeof(wi_stats));
    if (!signal) return WI_ERR_MEMORY;
    wi_stats *weights = (wi_stats *)(void *)(signal + count);
    for (size_t l = 0; l < count; l++) {
        weights[l] = per_layer[l].w;
        pairs |= net->layers[l].desc.kind == WI_LAYER_BATCH_NORM;
    }
    double second = per_layer[0].in.rms * per_layer[0].in.rms, last = per_layer[count - 1].dpre.rms;
    wi_impl_wave input = {per_layer[0].in.mean, second, second * per_layer[0].in_correlation, 0.0, 0.0, 0.0};
    wi_impl_net_theory(net, &input, weights, pairs, signal);
    for (size_t l = 0; l < count; l++) {
        per_layer[l].predicted_std = sqrt(signal[l].q);   /* without a target, against the last layer's: */
        per_layer[l].predicted_slope = (last > 0.0 ? last : 1.0) * sqrt(signal[l].backward);
    }
    WINIT_FREE(signal);
    return WI_OK;
}

/* The least and greatest value of an activation; infinite where it goes on growing. */
static void wi_impl_act_range(const wi_act *act, double *lo, double *hi)
{
    *lo = WI_IMPL_INFINITY;
    *hi = -WI_IMPL_INFINITY;
    for (int k = -400; k <= 400 && act->kind != WI_ACT_LINEAR; k++) {
        double f = wi_impl_act_value(act, 0.15 * k);
        if (f < *lo) *lo = f;
        if (f > *hi) *hi = f;
    }
    if (fabs(*lo) < 1e-9) *lo = 0.0;
    for (int side = -1; side <= 1; side += 2) {
        double growth = wi_impl_act_value(act, 60.0 * side) - wi_impl_act_value(act, 30.0 * side);
        if (growth > 1e-3) *hi = WI_IMPL_INFINITY;
        if (growth < -1e-3) *lo = -WI_IMPL_INFINITY;
    }
}

/* What targets can be had for: `trivial` by the best constant, `least` by the best outputs that lie in the
   last activation's range [lo, hi]; and whether they fit the loss at all. */
typedef struct wi_impl_aim { double lo, hi, trivial, least, rms; size_t misfits; } wi_impl_aim;

static double wi_impl_entropy(double p) { return p > 0.0 ? -p * log(p) : 0.0; }

/* The least that a target t can cost an output between lo and hi. */
static double wi_impl_least_loss(wi_loss loss, double t, double lo, double hi, double outputs)
{
    if (wi_impl_loss_of_values(loss)) {
        double miss = t - fmax(lo, fmin(hi, t));
        return miss * miss / 2.0;
    }
    if (wi_impl_loss_of(loss)->by_class)
        return wi_impl_entropy(t) + (t > 0.0 ? t * log1p((outputs - 1.0) * exp(lo - hi)) : 0.0);
    double z = t <= 0.0 ? -700.0 : t >= 1.0 ? 700.0 : log(t / (1.0 - t));
    z = fmax(lo, fmin(hi, z));
    return fmax(z, 0.0) - t * z + log1p(exp(-fabs(z)));
}

WI_IMPL_RARE static wi_impl_aim wi_impl_aim_of(const wi_mat *y, const wi_net *net, wi_loss loss,
                                               double smooth, const double *class_weights)
{
    wi_impl_aim a;
    memset(&a, 0, sizeof a);
    wi_impl_act_range(&net->layers[net->layer_count - 1].desc.act, &a.lo, &a.hi);
    double n = 0.0, k = wi_impl_num(y->cols), level = wi_impl_smoothing(smooth, y->cols);
    /* samples count as their class does */
    for (size_t i = 0; i < y->rows; i++) n += class_weights ? class_weights[wi_impl_class_of(*y, i)] : 1.0;
    int by_class = wi_impl_loss_of(loss)->by_class, values = wi_impl_loss_of_values(loss);
    for (size_t j = 0; j < y->cols; j++) {
        double sum = 0.0, squares = 0.0, last = WI_IMPL_NAN, least = 0.0;   /* labels repeat */
        for (size_t i = 0; i < y->rows; i++) {
            double t = (1.0 - smooth) * wi_impl_mat_get(*y, i, j) + level;
            double weight = class_weights ? class_weights[wi_impl_class_of(*y, i)] : 1.0;
            sum += weight * t;
            squares += weight * t * t;
            if (t != last || class_weights) least = weight * wi_impl_least_loss(loss, t, a.lo, a.hi, k) / n;
            last = t;
            a.least += least;
            a.misfits += !values && !(t >= -1e-6 && t <= 1.0 + 1e-6);
        }
        double mean = sum / n;
        if (values) a.trivial += fmax(squares / n - mean * mean, 0.0) / 2.0;   /* of half the square */
        else a.trivial += wi_impl_entropy(mean) + (by_class ? 0.0 : wi_impl_entropy(1.0 - mean));
        if (values) a.rms += squares / (n * k);
    }
    a.rms = sqrt(a.rms);
    for (size_t i = 0; i < y->rows && by_class; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < y->cols; j++) sum += wi_impl_mat_get(*y, i, j);
        a.misfits += !(fabs(sum - 1.0) < 1e-3);
    }
    if (by_class && y->cols == 1) a.misfits = y->rows;
    if (a.misfits > 0) a.trivial = WI_IMPL_NAN;
    return a;
}

static void wi_impl_judge(wi_probe *per_layer, size_t count);

/* A network with the same layers, numbers and state of chance. */
WI_IMPL_RARE static wi_status wi_impl_net_copy(wi_net *copy, const wi_net *net, size_t max_batch,
                                               wi_error *error)
{
    wi_layer_desc *layers = (wi_layer_desc *)wi_impl_alloc(net->layer_count, sizeof *layers);
    if (!layers) return wi_impl_no_room(error, net->layer_count, "layers");
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.channels = net->input.channels;
    desc.height = net->input.height;
    desc.width = net->input.width;
    desc.layers = layers;
    desc.layer_count = net->layer_count;
    desc.max_batch = max_batch;
    for (size_t l = 0; l < net->layer_count; l++) {
        layers[l] = net->layers[l].desc;
        layers[l].weights = layers[l].bias = wi_zeros();
    }
    wi_status status = wi_net_create(copy, &desc, error);
    WINIT_FREE(layers);
    if (status != WI_OK) return status;
    for (size_t l = 0; l < net->layer_count; l++) copy->layers[l].desc = net->layers[l].desc;
    wi_impl_copy_weights(copy->params, copy->state, net->params, net->state, net);
    copy->seed = net->seed;
    copy->noise = net->noise;
    copy->residual = net->residual;
    return WI_OK;
}

/* Set *drawn to 1 if the parameters of a layer are those that its recipes and the network's seed give.
   `again`, a copy of the network, has those afterwards. */
WI_IMPL_RARE static wi_status wi_impl_layer_as_drawn(wi_net *again, const wi_net *net, size_t l, int *drawn)
{
    const wi_impl_choice choice = {NULL, NULL, 0, net->residual};
    const size_t first = net->layers[l].param_first, n = net->layers[l].param_count;
    wi_status status = wi_impl_draw_part(again, l, 0, &choice, net->seed, 1);
    if (status == WI_OK) status = wi_impl_draw_part(again, l, 1, &choice, net->seed, 1);
    *drawn = status == WI_OK && memcmp(again->params + first, net->params + first, n * sizeof(wi_real)) == 0;
    return status == WI_ERR_MEMORY ? status : WI_OK;
}

/* The same of all layers. */
WI_IMPL_RARE static wi_status wi_impl_as_drawn(const wi_net *net, int *drawn)
{
    wi_net again;
    wi_status status = wi_impl_net_copy(&again, net, 1, NULL);
    if (status != WI_OK) return status;
    *drawn = 1;
    for (size_t l = 0; status == WI_OK && *drawn && l < net->layer_count; l++)
        status = wi_impl_layer_as_drawn(&again, net, l, drawn);
    wi_net_destroy(&again);
    return status;
}

/* Forward, backward and the measurements that are wanted; x is contiguous, and the caller has put aside what
   must not change. */
static wi_status wi_impl_probe_layers(wi_net *net, const wi_mat *x, const wi_mat *target, wi_loss loss,
                                      unsigned parts, wi_probe *per_layer)
{
    size_t widest = net->inputs, count = net->layer_count;
    double first_loss = WI_IMPL_NAN;
    int drawn = 1;
    wi_impl_aim aim;
    memset(&aim, 0, sizeof aim);
    aim.trivial = WI_IMPL_NAN;
    wi_mat y, dy = wi_impl_rows(&net->layers[count - 1].dpost, 0, x->rows);
    wi_status status = wi_net_forward(net, *x, WI_TRAIN, &y);
    if (status == WI_OK && target->data) {
        first_loss = wi_impl_loss_mean(loss, &y, target, &dy, NULL);
        aim = wi_impl_aim_of(target, net, loss, 0.0, NULL);
        wi_net_zero_grads(net);
        (void)wi_net_backward(net, *x, dy);
    }
    if (status == WI_OK && x->rows >= 8 && first_loss < 0.5 * aim.trivial)
        status = wi_impl_as_drawn(net, &drawn);
    for (size_t l = 0; l < count; l++)
        if (net->layers[l].outputs > widest) widest = net->layers[l].outputs;
    wi_impl_keyed *room = (wi_impl_keyed *)wi_impl_alloc(widest, 2 * sizeof(double));   /* or of slopes */
    if (status == WI_OK && !room) status = WI_ERR_MEMORY;
    for (size_t l = 0; status == WI_OK && l < count; l++) {
        wi_impl_probe_layer(net, l, x->rows, target->data != NULL, parts, room, &per_layer[l]);
        per_layer[l].first_loss = first_loss;
        per_layer[l].trivial_loss = aim.trivial;
        per_layer[l].target_rms = aim.rms;
        per_layer[l].trained = !drawn;
    }
    if (room) WINIT_FREE(room);
    if (status == WI_OK && (parts & WI_PROBE_THEORY)) status = wi_impl_probe_predict(net, per_layer);
    if (status != WI_OK) return status;
    wi_impl_judge(per_layer, count);
    if (target->data && (aim.misfits > 0 || (aim.trivial > 0.0 && aim.least > 0.5 * aim.trivial)))
        if (per_layer[count - 1].verdict < WI_VERDICT_TARGETS)
            per_layer[count - 1].verdict = WI_VERDICT_TARGETS;
    for (size_t l = 0; l < count; l++) wi_impl_probe_unknown(&per_layer[l], parts);
    return WI_OK;
}

/* Can the network look at this batch? */
WI_IMPL_RARE static wi_status wi_impl_probe_takes(wi_net *net, const wi_mat *x, const wi_mat *target,
                                                  wi_loss loss, unsigned parts, const wi_probe *per_layer)
{
    if (!net || !net->layers) return wi_impl_no_net(net);
    if (!per_layer) return wi_impl_fail(&net->error, WI_ERR_ARG, "per_layer is NULL");
    if (parts > WI_PROBE_ALL)
        return wi_impl_fail(&net->error, WI_ERR_ARG, "parts = %zu has a bit that is no wi_probe_part",
                            (size_t)parts);
    wi_status status = wi_impl_check_batch(net, wi_impl_rows(x, 0, net->max_batch));
    if (status != WI_OK || !target || !target->data) return status;
    if (target->rows != x->rows || target->cols != net->outputs)
        return wi_impl_fail(&net->error, WI_ERR_SHAPE, "target is %zu x %zu, not %zu samples x %zu outputs",
                            target->rows, target->cols, x->rows, net->outputs);
    return wi_impl_loss_of(loss) ? WI_OK
                                 : wi_impl_fail(&net->error, WI_ERR_ARG, "%d is not a wi_loss", (int)loss);
}

WI_API wi_status wi_net_probe(wi_net *net, wi_mat x, wi_mat target, wi_loss loss, wi_probe *per_layer)
{
    return wi_net_probe_parts(net, x, target, loss, WI_PROBE_ALL, per_layer);
}

WI_API WI_IMPL_OPAQUE wi_status wi_net_probe_parts(wi_net *net, wi_mat x, wi_mat target, wi_loss loss,
                                                   unsigned parts, wi_probe *per_layer)
{
    wi_status status = wi_impl_probe_takes(net, &x, &target, loss, parts, per_layer);
    if (status == WI_OK) status = wi_impl_check_own(net, &net->error);
    if (status != WI_OK) return status;
    x = wi_impl_rows(&x, 0, net->max_batch);
    if (target.data) target = wi_impl_rows(&target, 0, net->max_batch);
    else parts |= WI_PROBE_THEORY;

    /* Put aside what belongs to the network; rows that are apart are brought together. */
    size_t count = net->layer_count, params = net->param_count, states = net->state_count;
    size_t values = x.row_step == x.cols ? 0 : wi_impl_mul(x.rows, x.cols);
    size_t numbers = wi_impl_mul(wi_impl_add(params + states, values), sizeof(wi_real));
    wi_probe *fresh = (wi_probe *)wi_impl_alloc(wi_impl_add(count * sizeof *fresh, numbers), 1);
    if (!fresh) return wi_impl_fail(&net->error, WI_ERR_MEMORY, "no memory for a probe");
    wi_real *grads = (wi_real *)(void *)(fresh + count), *state = grads + params;
    wi_mat dense = values ? wi_mat_view(state + states, x.rows, x.cols) : x;
    wi_rng noise = net->noise;
    for (size_t i = 0; values && i < x.rows; i++)
        memcpy(dense.data + i * x.cols, x.data + i * x.row_step, x.cols * sizeof *grads);
    if (params) memcpy(grads, net->grads, params * sizeof *grads);
    if (states) memcpy(state, net->state, states * sizeof *state);
    status = wi_impl_probe_layers(net, &dense, &target, loss, parts, fresh);
    if (params) memcpy(net->grads, grads, params * sizeof *grads);
    if (states) memcpy(net->state, state, states * sizeof *state);
    net->noise = noise;
    net->batch = 0;   /* a backward pass needs a forward pass of its own first */
    net->x = x;
    if (status == WI_OK) memcpy(per_layer, fresh, count * sizeof *fresh);
    WINIT_FREE(fresh);
    return status == WI_ERR_MEMORY ? wi_impl_fail(&net->error, status, "no memory for a probe") : status;
}

/* ---- The Jacobian -------------------------------------------------------- */

WI_IMPL_RARE static wi_status wi_impl_jacobian_check(wi_net *net, wi_mat x, wi_mat jacobian)
{
    wi_status status = wi_impl_check_batch(net, x);
    if (status == WI_OK) status = wi_impl_check_own(net, &net->error);
    if (status != WI_OK) return status;
    if (!jacobian.data) return wi_impl_fail(&net->error, WI_ERR_ARG, "jacobian has no data (NULL)");
    if (x.rows != 1)
        return wi_impl_fail(&net->error, WI_ERR_SHAPE, "a Jacobian is that of one sample, not of %zu: pass "
                            "wi_mat_rows(x, i, 1)", x.rows);
    if (jacobian.rows != net->outputs || jacobian.cols != net->inputs ||
        (jacobian.cols > 1 && jacobian.col_step != 1))
        return wi_impl_fail(&net->error, WI_ERR_SHAPE, "jacobian is %zu x %zu, not %zu outputs x %zu inputs "
                            "in neighbouring columns", jacobian.rows, jacobian.cols, net->outputs,
                            net->inputs);
    if (wi_impl_mat_coincides(&jacobian))
        return wi_impl_fail(&net->error, WI_ERR_ARG, "elements of jacobian coincide");
    return WI_OK;
}

WI_API WI_IMPL_OPAQUE wi_status wi_net_jacobian(wi_net *net, wi_mat x, wi_mat jacobian)
{
    wi_status status = wi_impl_jacobian_check(net, x, jacobian);
    if (status != WI_OK) return status;
    wi_real *kept = (wi_real *)wi_impl_alloc(net->param_count > 0 ? net->param_count : 1, sizeof *kept);
    if (!kept) return wi_impl_no_room(&net->error, net->param_count, "gradients");
    if (net->param_count) memcpy(kept, net->grads, net->param_count * sizeof *kept);

    /* Row k is the slope of output k: send back 1 there and 0 elsewhere. */
    wi_mat dinput = net->dinput, dy = wi_impl_rows(&net->layers[net->layer_count - 1].dpost, 0, 1);
    (void)wi_net_forward(net, x, WI_EVAL, NULL);
    for (size_t k = 0; k < net->outputs; k++) {
        for (size_t j = 0; j < dy.cols; j++) dy.data[j] = (wi_real)(j == k);
        net->dinput = wi_impl_rows(&jacobian, k, 1);
        (void)wi_net_backward(net, x, dy);
    }
    net->dinput = dinput;
    if (net->param_count) memcpy(net->grads, kept, net->param_count * sizeof *kept);
    WINIT_FREE(kept);
    return status;
}

/* The singular values of the Jacobian at a sample. */
WI_IMPL_RARE static wi_status wi_impl_jacobian_values(wi_net *net, wi_mat x, double *values)
{
    size_t n = wi_impl_mul(net->outputs, net->inputs);
    wi_real *slopes = (wi_real *)wi_impl_alloc(n, sizeof *slopes);
    if (!slopes) return wi_impl_no_room(&net->error, n, "slopes");
    wi_mat j = wi_mat_view(slopes, net->outputs, net->inputs);
    wi_status status = wi_net_jacobian(net, x, j);
    if (status == WI_OK && (status = wi_mat_svd_values(j, values)) != WI_OK)
        status = wi_impl_fail(&net->error, status, "the Jacobian has no singular values: %s",
                              wi_status_text(status));
    WINIT_FREE(slopes);
    return status;
}

/* The greatest and least singular values of one layer's weights. */
WI_IMPL_RARE static wi_status wi_impl_layer_spectrum(const wi_layer *layer, wi_probe *p)
{
    size_t count = wi_impl_min(layer->w.rows, layer->w.cols);
    double *values = (double *)wi_impl_alloc(count, sizeof *values);
    if (!values) return WI_ERR_MEMORY;
    wi_status status = wi_mat_svd_values(layer->w, values);
    if (status == WI_OK) {
        p->singular_max = values[0];
        p->singular_min = values[count - 1];
    }
    WINIT_FREE(values);
    return status;
}

WI_API WI_IMPL_OPAQUE wi_status wi_net_spectra(wi_net *net, wi_mat x, wi_probe *per_layer, double *jacobian)
{
    x = wi_impl_rows(&x, 0, 1);
    wi_status status = wi_impl_probe_takes(net, &x, NULL, WI_LOSS_HALF_SQUARED, 0, per_layer);
    if (status != WI_OK) return status;
    size_t count = net->layer_count;
    wi_probe *made = (wi_probe *)wi_impl_alloc(count, sizeof *made);   /* all layers or none */
    if (!made) return wi_impl_no_room(&net->error, count, "layers");
    memcpy(made, per_layer, count * sizeof *made);
    for (size_t l = 0; status == WI_OK && l < count; l++)
        if (wi_impl_has_weights(&net->layers[l])
            && (status = wi_impl_layer_spectrum(&net->layers[l], &made[l])) != WI_OK)
            (void)wi_impl_fail(&net->error, status, "the weights of layer %zu have no singular values: %s",
                               l + 1, wi_status_text(status));
    if (status == WI_OK && jacobian) status = wi_impl_jacobian_values(net, x, jacobian);
    if (status == WI_OK) memcpy(per_layer, made, count * sizeof *made);
    WINIT_FREE(made);
    return status == WI_OK ? wi_impl_ok(&net->error) : status;
}

/* ---- Judging a network -----------------------------------------------------
   Training works if a step moves the outputs of different samples apart (else nothing is learned), but
   not too far (else it diverges). By how much, per unit of learning rate, is the sum of the layers'
   `speed`. And the first layer must be able to change by a good part of its own size, or it stays the
   random map that it is. A layer of zeros that a skip leads around, or at the end, is no obstacle: it holds
   gradients up until its own first step, and no longer (Fixup: Zhang, Dauphin and Ma 2019). */

#define WI_IMPL_SLOW            1e-3   /* speed of all layers */
#define WI_IMPL_SLOW_LAYER      1e-4   /* speed of the slowest */
#define WI_IMPL_WILD            2e5    /* speed of all layers */
#define WI_IMPL_STIFF           2e-3   /* update ratio of the first layer */
#define WI_IMPL_FAINT_INPUT     0.02   /* rms of the inputs that are not 0 */
#define WI_IMPL_LOUD_INPUT      20.0
#define WI_IMPL_LOUD_TARGET     30.0   /* rms of the targets of a squared loss */
#define WI_IMPL_FAINT_TARGET    3e-3   /* the same, beside the outputs' */
#define WI_IMPL_ALIKE           0.9975 /* correlation of two samples */
#define WI_IMPL_MANY_SATURATED  0.6    /* of the values of a layer */
#define WI_IMPL_MANY_DEAD       0.8    /* of the units of a layer */

static const struct { const char *name, *advice; } wi_impl_verdicts[] = {
#define WI_VERDICT_ROW(id, name, advice) {name, advice},
    WI_VERDICT_LIST(WI_VERDICT_ROW)
#undef WI_VERDICT_ROW
    {"not a wi_verdict", "not a wi_verdict"}
};

WI_API const char *wi_verdict_name(wi_verdict verdict)
{
    return wi_impl_verdicts[wi_impl_min((size_t)verdict, WI_VERDICT_COUNT)].name;
}

WI_API const char *wi_verdict_advice(wi_verdict verdict)
{
    return wi_impl_verdicts[wi_impl_min((size_t)verdict, WI_VERDICT_COUNT)].advice;
}

/* An activation that is flat on both sides can saturate; flat on one side, its units can die. */
static int wi_impl_flat_sides(const wi_act *act)
{
    double top = wi_impl_top_slope(act);
    return (fabs(wi_impl_act_slope(act, -30.0)) < 0.01 * top)
           + (fabs(wi_impl_act_slope(act, 30.0)) < 0.01 * top);
}

/* What judging needs to know of a network as a whole. */
typedef struct wi_impl_case {
    size_t first, last;              /* layers with weights */
    size_t norms;                    /* batch norms */
    int backward;                    /* there are gradients */
    int blocked;                     /* zero or constant weights stop them, but only until their first step */
    int skips;                       /* signals pass around layers: a slow one is no obstacle */
    int normed;                      /* a norm stands before or right behind the first layer with weights */
    int offset;                      /* on the way, samples got in common what drowns their differences */
    int trained, slow, wild;
    double speed, slowest, loudest;  /* of the layers' speed: sum, least,
                                        sum but for layers that a norm follows */
    size_t at;                       /* where it is slow or wild: the layer whose weights alone change the
                                        signal more than all others do; the first where there is none */
    double jump;                     /* by how much they do; 1 */
    double signal, contrast, slope;  /* the last layer's rms against the input's and sqrt(1 - correlation),
                                        the first layer's gradient against the last's */
} wi_impl_case;

static int wi_impl_is_norm(const wi_probe *p)
{
    return p->kind == WI_LAYER_BATCH_NORM || p->kind == WI_LAYER_LAYER_NORM;
}

static int wi_impl_symmetric(const wi_probe *p)
{
    return p->has_weights && p->units > 1 && 2 * p->distinct_units <= p->units
           && !(p->branch && p->w.rms == 0.0);
}

/* The first place with a value that is not finite; WI_IMPL_PLACES where all are. */
static size_t wi_impl_nonfinite(const wi_probe *p)
{
    size_t k = 0;
    while (k < WI_IMPL_PLACES && wi_impl_seen_at(p, k)->nonfinite == 0) k++;
    return k;
}

/* The size of the inputs: of those that are not 0, since many zeros are no fault (one-hot, words). */
static double wi_impl_input_size(const wi_probe *first)
{
    return first->in.zeros < 1.0 ? first->in.rms / sqrt(1.0 - first->in.zeros) : 0.0;
}

/* Which layer makes the signal grow (way 1) or shrink (-1)? What a norm follows hands nothing on. */
WI_IMPL_RARE static void wi_impl_case_at(wi_impl_case *c, const wi_probe *per_layer, double way)
{
    double most = fmax(0.5 * way * log(c->signal), fmax(0.5 * way * log(c->slope), 1.0));
    for (size_t l = c->first; l <= c->last && c->first < c->last; l++) {
        const wi_probe *p = &per_layer[l];
        double jump = p->pre.rms / p->in.rms;
        if (!p->has_weights || !(way * log(jump) > most) || (l < c->last && wi_impl_is_norm(p + 1))) continue;
        most = way * log(jump);
        c->at = l;
        c->jump = jump;
    }
}

WI_IMPL_RARE static void wi_impl_case_add(wi_impl_case *c, const wi_probe *per_layer, size_t l, size_t count)
{
    const wi_probe *p = &per_layer[l];
    c->skips |= p->kind == WI_LAYER_SKIP;
    c->norms += p->kind == WI_LAYER_BATCH_NORM;
    if (wi_impl_is_norm(p) && (c->first == count || l == c->first + 1)) c->normed = 1;
    if (!p->has_weights) return;
    if (c->first == count) c->first = l;
    int alike = p->w.std == 0.0 && (p->w.count > 1 || p->w.rms == 0.0);   /* one number always is */
    c->blocked |= alike && (p->branch || l + 1 == count);
    c->last = l;
    c->speed += p->speed;
    c->slowest = fmin(c->slowest, p->speed);
    if (l + 1 < count && wi_impl_is_norm(p + 1)) return;
    c->loudest += p->speed;
    double loud = WI_IMPL_LOUD_INPUT * fmax(per_layer[c->first].in.rms, 1.0);
    c->offset |= p->in.rms > loud && p->in_correlation > WI_IMPL_ALIKE;
}

WI_IMPL_RARE static wi_impl_case wi_impl_case_of(const wi_probe *per_layer, size_t count)
{
    wi_impl_case c;
    memset(&c, 0, sizeof c);
    c.first = count;
    c.slowest = WI_IMPL_INFINITY;
    for (size_t l = 0; l < count; l++) wi_impl_case_add(&c, per_layer, l, count);
    if (c.first == count) {   /* nothing to train */
        c.first = c.last = 0;
        c.speed = c.slowest = 1.0;
    }

    const wi_probe *first = &per_layer[c.first], *last = &per_layer[c.last];
    c.trained = first->trained;
    c.backward = last->dpre.rms > 0.0;
    c.signal = last->pre.rms / first->in.rms;
    c.contrast = sqrt(fmax(1.0 - last->correlation, 0.0));
    c.slope = c.backward ? first->dpre.rms / last->dpre.rms : first->predicted_slope / last->predicted_slope;
    c.wild = c.loudest > WI_IMPL_WILD || (c.norms > 8 && c.slope > 150.0);
    c.slow = c.speed < WI_IMPL_SLOW || (wi_impl_input_size(per_layer) < WI_IMPL_FAINT_INPUT && !c.normed);
    if (!c.blocked && !c.skips && c.slowest < WI_IMPL_SLOW_LAYER) c.slow = 1;
    if (!c.blocked && c.backward && first->update_ratio < WI_IMPL_STIFF) c.slow = 1;
    c.offset &= !c.slow && !c.wild;
    c.wild |= c.offset;
    if (c.trained) c.slow = c.wild = 0;
    c.at = c.first;
    c.jump = 1.0;
    if (c.slow || c.wild) wi_impl_case_at(&c, per_layer, c.wild ? 1.0 : -1.0);
    return c;
}

/* Inputs far from size 1 that the first layer hands on as they are: then what follows is their doing. */
static int wi_impl_unscaled(const wi_probe *per_layer, const wi_impl_case *c)
{
    const wi_probe *first = &per_layer[c->first];
    double in = wi_impl_input_size(per_layer), passed = first->pre.rms / first->in.rms;
    if (c->normed || c->trained) return 0;
    /* would scaling the inputs do? */
    int cured = c->wild && in > 4.0 && c->loudest < WI_IMPL_WILD * in * in;
    if (in > WI_IMPL_LOUD_INPUT || cured) return passed < 4.0;
    return in < WI_IMPL_FAINT_INPUT && !(passed < 0.25);
}

/* Targets of a squared loss far from the outputs' size. */
static int wi_impl_odd_targets(const wi_probe *last)
{
    return last->target_rms > WI_IMPL_LOUD_TARGET
           || (last->target_rms > 0.0 && last->target_rms < WI_IMPL_FAINT_TARGET * last->post.rms);
}

static wi_verdict wi_impl_judge_layer(const wi_probe *per_layer, size_t l, const wi_impl_case *c)
{
    const wi_probe *p = &per_layer[l], *first = &per_layer[c->first], *last = &per_layer[c->last];
    if (wi_impl_nonfinite(p) < WI_IMPL_PLACES) return WI_VERDICT_NONFINITE;
    if (l < c->last && wi_impl_symmetric(p)) return WI_VERDICT_SYMMETRIC;
    if (wi_impl_unscaled(per_layer, c)) return l == c->first ? WI_VERDICT_UNSCALED_INPUT : WI_VERDICT_HEALTHY;
    if (p->dead > WI_IMPL_MANY_DEAD && wi_impl_flat_sides(&p->act) == 1) return WI_VERDICT_DEAD;
    if (c->trained) return WI_VERDICT_HEALTHY;
    if (wi_impl_odd_targets(last)) return l == c->last ? WI_VERDICT_TARGETS : WI_VERDICT_HEALTHY;
    if (p->saturated > WI_IMPL_MANY_SATURATED && wi_impl_flat_sides(&p->act) == 2)
        return WI_VERDICT_SATURATED;
    if (!p->has_weights) return WI_VERDICT_HEALTHY;

    /* Slow or wild: which layers show it. One always does: a verdict has to have a layer. */
    if (c->wild && (l == c->at || p->speed > 0.1 * WI_IMPL_WILD)) return WI_VERDICT_EXPLODING;
    if (!c->slow) return WI_VERDICT_HEALTHY;
    /* What has shrunk most, samples' differences or the sizes? */
    if (c->contrast < 0.05 && c->contrast < fmin(c->signal, c->slope))
        return p->correlation > WI_IMPL_ALIKE || l == c->last ? WI_VERDICT_CORRELATED : WI_VERDICT_HEALTHY;
    double slope = c->backward ? p->dpre.rms / last->dpre.rms : 1.0;
    int faint = slope < 0.05 || p->pre.rms < 0.05 * first->in.rms;
    return l == c->at || faint ? WI_VERDICT_VANISHING : WI_VERDICT_HEALTHY;
}

WI_IMPL_RARE static void wi_impl_judge(wi_probe *per_layer, size_t count)
{
    const wi_probe *last = &per_layer[0];
    for (size_t l = 0; l < count; l++)
        if (per_layer[l].has_weights) last = &per_layer[l];
    double end = last->dpre.rms > 0.0 ? last->dpre.rms : last->predicted_slope;
    for (size_t l = 0; l < count; l++) {
        wi_probe *p = &per_layer[l];
        if (!p->has_weights) continue;
        double slope = (last->dpre.rms > 0.0 ? p->dpre.rms : p->predicted_slope) / end;
        if (slope != slope) slope = 1.0;   /* unknown: wi_diagnose() says so */
        double back = slope * slope * wi_impl_num(p->post.count) / wi_impl_num(last->post.count);
        double in = p->in.rms * p->in.rms * wi_impl_num(p->w.count / p->units);
        p->speed = in * fmax(1.0 - p->in_correlation, 0.0) * back;
    }
    wi_impl_case c = wi_impl_case_of(per_layer, count);
    for (size_t l = 0; l < count; l++) per_layer[l].verdict = wi_impl_judge_layer(per_layer, l, &c);
}

WI_API wi_verdict wi_probe_verdict(const wi_probe *per_layer, size_t count)
{
    wi_verdict worst = WI_VERDICT_HEALTHY;
    for (size_t l = 0; per_layer && l < count; l++)
        if (per_layer[l].verdict > worst) worst = per_layer[l].verdict;
    return worst;
}

/* ---- Saying it ------------------------------------------------------------- */

/* Go on with a sentence of a diagnosis: its evidence or its remedy, which have equal room. */
WI_IMPL_FORMAT(2, 3)
WI_IMPL_RARE static void wi_impl_say(char *sentence, const char *format, ...)
{
    wi_impl_text text = {sentence, sizeof ((wi_diagnosis *)NULL)->evidence, strlen(sentence)};
    va_list list;
    va_start(list, format);
    wi_impl_put_list(&text, format, list);
    va_end(list);
}

/* The name of a layer's activation. */
WI_IMPL_APART static const char *wi_impl_act_name(const wi_probe *p) { return wi_act_name(p->act); }

/* Does one layer's jump explain a verdict on pace? */
static int wi_impl_jumps(const wi_impl_case *c, wi_verdict verdict)
{
    return verdict == WI_VERDICT_EXPLODING ? c->jump > 1.0 : verdict == WI_VERDICT_VANISHING && c->jump < 1.0;
}

/* How fast the gradients or the signal grow or shrink, whichever changes more that way; where neither does,
   the size of a step. */
WI_IMPL_RARE static void wi_impl_evidence_pace(const wi_probe *per_layer, const wi_impl_case *c,
                                               wi_diagnosis *d)
{
    int grow = d->verdict == WI_VERDICT_EXPLODING;
    double way = grow ? 1.0 : -1.0, steps = 0.0, ratio = per_layer[d->layer].update_ratio;
    double slope = c->backward ? way * log(c->slope) : -1.0, signal = way * log(c->signal);
    for (size_t l = c->first + 1; l <= c->last; l++) steps += per_layer[l].has_weights;
    double whole = slope >= signal ? c->slope : c->signal, pace = pow(whole, 1.0 / fmax(steps, 1.0));
    if (wi_impl_jumps(c, d->verdict))
        wi_impl_say(d->evidence, "the signal %s %.2gx in this layer alone, to %.2g times the input at the "
                    "last", grow ? "grows" : "shrinks", c->jump, c->signal);
    else if (!(slope > 0.1 || signal > 0.1))
        wi_impl_say(d->evidence, "signals and gradients keep their size, but a step moves the outputs too "
                    "%s: %.2g per unit of rate", grow ? "far" : "little", c->speed);
    else if (slope >= signal)
        wi_impl_say(d->evidence, "gradients %s %.2gx a layer on the way back, to %.2g of the last layer's "
                    "at the first", grow ? "grow" : "shrink", pace, whole);
    else
        wi_impl_say(d->evidence, "the signal %s %.2gx a layer, to %.2g times the input at the last",
                    grow ? "grows" : "shrinks", pace, whole);
    if (ratio > 0.0)
        wi_impl_say(d->evidence, "; a rate of 1 would change the weights here by %.2g", ratio);
}

static const char wi_impl_no_classes[] =
    "not what the loss takes: probabilities from 0 to 1";
static const char wi_impl_classes[] = ", for softmax of two classes or more that sum to 1";

WI_IMPL_RARE static void wi_impl_evidence_targets(const wi_probe *p, wi_diagnosis *d)
{
    double lo, hi;
    wi_impl_act_range(&p->act, &lo, &hi);
    if (wi_impl_odd_targets(p))
        wi_impl_say(d->evidence, "the targets have rms %.2g, the outputs %.2g", p->target_rms, p->post.rms);
    else if (lo > -WI_IMPL_INFINITY || hi < WI_IMPL_INFINITY)
        wi_impl_say(d->evidence, "%s gives outputs from %.2g to %.2g, which is not what loss and targets "
                    "ask for", wi_impl_act_name(p), lo, hi);
    else
        wi_impl_say(d->evidence, "the targets are %s%s", wi_impl_no_classes, wi_impl_classes);
}

WI_IMPL_RARE static void wi_impl_evidence_healthy(const wi_probe *p, const wi_impl_case *c, wi_diagnosis *d)
{
    if (c->trained)
        wi_impl_say(d->evidence, "trained already: loss %.2g, where a constant pays %.2g", p->first_loss,
                    p->trivial_loss);
    else if (c->blocked)
        wi_impl_say(d->evidence, "weights that are all alike hold signals or gradients up, but only until "
                    "their own first step");
    else if (c->slope != c->slope)
        wi_impl_say(d->evidence, "the signal ends at %.2g of the input's; gradients are unknown without a "
                    "target", c->signal);
    else
        wi_impl_say(d->evidence, "gradients reach the first layer at %.2g of the last layer's, the signal "
                    "the last at %.2g of the input's", c->slope, c->signal);
}

WI_IMPL_RARE static void wi_impl_evidence(const wi_probe *per_layer, size_t count, const wi_impl_case *c,
                                          wi_diagnosis *d)
{
    const wi_probe *p = &per_layer[d->layer];
    size_t place = wi_impl_nonfinite(p);
    if (d->verdict != WI_VERDICT_HEALTHY) wi_impl_say(d->evidence, "layer %zu of %zu: ", d->layer + 1, count);
    switch (d->verdict) {
    case WI_VERDICT_NONFINITE:
        if (place == WI_IMPL_PLACES) break;   /* measurements of somebody's own */
        wi_impl_say(d->evidence, "%zu of its %zu %s are NaN or infinite",
                    wi_impl_seen_at(p, place)->nonfinite, wi_impl_seen_at(p, place)->count,
                    wi_impl_places[place].words);
        break;
    case WI_VERDICT_TARGETS: wi_impl_evidence_targets(p, d); break;
    case WI_VERDICT_SYMMETRIC:
        wi_impl_say(d->evidence, "only %zu of %zu units differ", p->distinct_units, p->units);
        break;
    case WI_VERDICT_SATURATED:
        wi_impl_say(d->evidence, "%.2g%% of the values are where %s is flat; pre-activations have rms %.2g",
                    100.0 * p->saturated, wi_impl_act_name(p), p->pre.rms);
        break;
    case WI_VERDICT_DEAD:
        wi_impl_say(d->evidence, "%.2g%% of the units pass no gradient for any of the samples",
                    100.0 * p->dead);
        if (p->has_weights && p->w.rms == 0.0) wi_impl_say(d->evidence, ": its weights are all zero");
        break;
    case WI_VERDICT_EXPLODING:
    case WI_VERDICT_VANISHING: wi_impl_evidence_pace(per_layer, c, d); break;
    case WI_VERDICT_CORRELATED:
        wi_impl_say(d->evidence, "the samples come out alike, with a correlation of 1 - %.2g, %.2g at the "
                    "last layer", 1.0 - p->correlation, c->contrast * c->contrast);
        break;
    case WI_VERDICT_UNSCALED_INPUT:
        wi_impl_say(d->evidence, "the inputs have mean %.2g and rms %.2g", per_layer->in.mean,
                    per_layer->in.rms);
        break;
    default: wi_impl_evidence_healthy(p, c, d);   /* the others are verdicts of a plan */
    }
}

/* The layer where a trouble starts. Signals go forward: the first that shows it; gradients come back: the
   last, but for the output's, which no weights have scaled yet. What is not finite is handed on, so it starts
   where it was not handed in. */
WI_IMPL_RARE static size_t wi_impl_origin(const wi_probe *per_layer, size_t count, const wi_impl_case *c,
                                          wi_verdict verdict)
{
    int pace = verdict == WI_VERDICT_VANISHING || verdict == WI_VERDICT_EXPLODING, found = 0;
    int by_slope = c->backward && fabs(log(c->slope)) >= fabs(log(c->signal));
    int backward = verdict == WI_VERDICT_NONFINITE || (pace && by_slope);
    size_t at = 0;
    if (wi_impl_jumps(c, verdict)) return c->at;
    for (size_t l = 0; l < count; l++) {
        if (per_layer[l].verdict != verdict || (found && (!backward || (pace && l == c->last)))) continue;
        at = l;
        found = 1;
        if (verdict == WI_VERDICT_NONFINITE && wi_impl_nonfinite(&per_layer[l]) < WI_IMPL_BACKWARD) break;
    }
    return at;
}

/* What to do about it. A recipe is named where it is the cause: with its arguments, as a call to make. */
WI_IMPL_RARE static void wi_impl_advise(const wi_probe *per_layer, const wi_impl_case *c, wi_diagnosis *d)
{
    const wi_probe *p = &per_layer[d->layer];
    size_t place = wi_impl_nonfinite(p);
    wi_recipe better = wi_recipe_for(p->act);
    int named = p->act.kind == WI_ACT_SELU || strcmp(better.name, "he_normal") == 0
             || strcmp(better.name, "xavier_normal") == 0;
    wi_shape shape = wi_dense(p->units ? p->w.count / p->units : 0, p->units);
    int same = p->w.rms > 0.0 && fabs(log(wi_recipe_std(better, shape) / p->w.rms)) < 0.2;
    int scale = d->verdict == WI_VERDICT_VANISHING || d->verdict == WI_VERDICT_EXPLODING
             || d->verdict == WI_VERDICT_SYMMETRIC || (d->verdict == WI_VERDICT_DEAD && p->w.rms == 0.0);
    if (d->verdict == WI_VERDICT_NONFINITE && place > 0) {
        wi_impl_say(d->remedy, "%s", place == WI_IMPL_WEIGHTS
                    ? "look at the weights: draw them anew by wi_net_init(), or load them again"
                    : place >= WI_IMPL_BACKWARD
                    ? "the outputs are finite, their gradients are not: look at the targets, then at the "
                      "weights' size"
                    : "what this layer reads and its weights are finite: look at its bias, then at the "
                      "weights' size here and in front");
    } else if (d->verdict != WI_VERDICT_NONFINITE && !d->trains && per_layer->in.count > 1
               && per_layer->in.min >= per_layer->in.max) {
        wi_impl_say(d->remedy, "all inputs of the batch are %g: look at how they were read",
                    per_layer->in.min);
    } else if (scale && c->skips) {
        wi_impl_say(d->remedy, "use wi_net_init_residual(&net, WI_RESIDUAL_ZERO, seed): branches that start "
                    "at zero keep a deep residual network's signal");
    } else if (scale && p->has_weights && same && d->verdict != WI_VERDICT_SYMMETRIC) {
        wi_impl_say(d->remedy, "the weights of %s have the size that suits it already: %s",
                    wi_impl_act_name(p), c->offset
                    ? "samples get too much in common, start biases at wi_zeros() and wi_layer_shift() at 0"
                    : "wi_remedy() gives orthogonal ones; or fewer layers, wi_layer_batch_norm(), or "
                      "wi_layer_skip()");
    } else if (scale && p->has_weights) {
        if (named) wi_impl_say(d->remedy, "use wi_%s()", better.name);
        else wi_impl_say(d->remedy, "use wi_gained(wi_lecun_normal(), %.2g)", wi_gain(p->act));
        wi_impl_say(d->remedy, " for the weights of %s; wi_remedy() gives the recipes for all layers",
                    wi_impl_act_name(p));
    } else {
        wi_impl_say(d->remedy, "%s", wi_verdict_advice(d->verdict));
    }
}

WI_IMPL_RARE static void wi_impl_diagnose(const wi_probe *per_layer, size_t count, wi_diagnosis *d)
{
    memset(d, 0, sizeof *d);
    d->verdict = wi_probe_verdict(per_layer, count);
    if (!per_layer || count == 0) {
        wi_impl_say(d->evidence, "there are no layers to judge");
        wi_impl_say(d->remedy, "pass what wi_net_probe() measured");
        return;
    }
    wi_impl_case c = wi_impl_case_of(per_layer, count);
    d->trains = d->verdict == WI_VERDICT_HEALTHY;
    d->trained = c.trained;
    if (!d->trains) d->layer = wi_impl_origin(per_layer, count, &c, d->verdict);
    wi_impl_evidence(per_layer, count, &c, d);
    wi_impl_advise(per_layer, &c, d);
}

WI_API WI_IMPL_OPAQUE wi_diagnosis wi_diagnose(const wi_probe *per_layer, size_t count)
{
    wi_diagnosis d;
    wi_impl_diagnose(per_layer, count, &d);
    return d;
}

#ifndef WINIT_NO_STDIO

/* A number of three digits, right-aligned to end before a column. */
static void wi_impl_put_cell(wi_impl_text *text, size_t column, double x, const char *unit)
{
    char digits[32];
    wi_impl_text cell = {digits, sizeof digits, 0};
    wi_impl_print(&cell, "%.3g%s", x, unit);
    wi_impl_put(text, ' ');
    while (text->length + cell.length < column) wi_impl_put(text, ' ');
    wi_impl_put_string(text, digits);
}

/* A character for each three bins, as high as their share of the fullest. */
static void wi_impl_put_spark(wi_impl_text *text, wi_histogram h, int unicode)
{
    size_t sum[WI_BINS / 3] = {0}, top = 1;
    for (size_t k = 0; k < WI_BINS; k++) sum[k / 3] += h.bin[k];
    for (size_t k = 0; k < WI_BINS / 3; k++) top = sum[k] > top ? sum[k] : top;
    for (size_t k = 0; k < WI_BINS / 3; k++) {
        size_t level = sum[k] == 0 ? 0 : 1 + wi_impl_whole(7.0 * wi_impl_num(sum[k]) / wi_impl_num(top));
        if (!unicode || level == 0) {
            wi_impl_put(text, " .:-=+*#%"[level]);
        } else {
            wi_impl_put_string(text, "\xE2\x96");
            wi_impl_put(text, (char)(0x80 + level));
        }
    }
}

/* Does anything stand behind a measurement? Where all is NaN, its numbers are 0. */
static int wi_impl_known(const wi_stats *s) { return s->count == 0 || s->nonfinite < s->count; }

WI_IMPL_RARE static void wi_impl_report_line(wi_impl_text *line, const wi_probe *p, size_t l, int unicode)
{
    wi_impl_print(line, "%zu %s", l + 1, wi_layer_kind_name(p->kind));
    if (p->act.kind != WI_ACT_LINEAR) wi_impl_print(line, " %s", wi_impl_act_name(p));
    const char *at = line->out, *end = at + line->length;
    for (size_t column = 0; column < 16 && at < end; column++)
        if (wi_impl_utf8(&at, end) == WI_IMPL_NO_CODE) at++;
    line->length = (size_t)(at - line->out);
    size_t more = 0;   /* bytes that take no column */
    for (size_t i = 0; i < line->length; i++) more += (size_t)wi_impl_goes_on(line->out[i]);
    double known = wi_impl_known(&p->pre) ? 1.0 : WI_IMPL_NAN;
    wi_impl_put_cell(line, 24 + more, known * p->pre.rms, "");
    wi_impl_put_cell(line, 32 + more, known * p->predicted_std, "");
    wi_impl_put_cell(line, 39 + more, known * p->correlation, "");
    wi_impl_put_cell(line, 44 + more, known * floor(100.0 * p->saturated + 0.5), "%");
    wi_impl_put_cell(line, 49 + more, known * floor(100.0 * p->dead + 0.5), "%");
    wi_impl_put_cell(line, 57 + more, wi_impl_known(&p->dpre) ? p->dpre.rms : WI_IMPL_NAN, "");
    wi_impl_put_string(line, "  ");
    wi_impl_put_spark(line, p->pre_bins, unicode);
    wi_impl_print(line, " %s",
                  p->verdict == WI_VERDICT_UNSCALED_INPUT ? "unscaled" : wi_verdict_name(p->verdict));
}

/* Write lines of 80 columns, in UTF-8. */
static void wi_impl_report_text(FILE *out, char *text)
{
    char *blank = NULL;
    const char *at = text, *end = text + strlen(text);
    for (size_t column = 0; at < end; column++) {
        char *here = text + (at - text);
        if (*here == ' ') blank = here;
        if (column >= 80 && blank) {
            column = (size_t)(here - blank) - 1;
            *blank = '\n';
            blank = NULL;
        }
        if (wi_impl_utf8(&at, end) == WI_IMPL_NO_CODE) text[at++ - text] = '?';
    }
    fprintf(out, "%s\n", text);
}

WI_API WI_IMPL_OPAQUE wi_status wi_report(FILE *out, const wi_probe *per_layer, size_t count, int unicode)
{
    wi_diagnosis d;
    wi_impl_diagnose(per_layer, count, &d);
    if (!out || !per_layer || count == 0) return WI_ERR_ARG;
    char buffer[320];
    wi_impl_text line = {buffer, sizeof buffer, 0};
    int blank = 0;
    fputs("layer                rms  theory  alike flat dead gradient  pre-act.   verdict\n", out);
    for (size_t l = 0; l < count; l++, line.length = 0) {
        wi_impl_report_line(&line, &per_layer[l], l, unicode);
        wi_impl_report_text(out, buffer);
        blank |= per_layer[l].predicted_std != per_layer[l].predicted_std;
    }
    if (blank) fputs("theory nan: it has no answer there, or was not asked; see wi_net_theory()\n", out);
    size_t samples = per_layer[0].samples;
    wi_impl_print(&line, "\nmeasured on %zu sample%s", samples, samples == 1 ? "" : "s");
    if (wi_impl_finite(per_layer[0].trivial_loss))
        wi_impl_print(&line, "; first loss %.3g, the best constant pays %.3g", per_layer[0].first_loss,
                      per_layer[0].trivial_loss);
    fprintf(out, "%s\n\n", buffer);
    line.length = 0;
    wi_impl_print(&line, "%s, %s: %s", wi_verdict_name(d.verdict),
                  d.trained ? "trained" : d.trains ? "should train" : "will not train", d.evidence);
    wi_impl_report_text(out, buffer);
    line.length = 0;
    wi_impl_print(&line, "-> %s", d.remedy);
    wi_impl_report_text(out, buffer);
    return fflush(out) != 0 || ferror(out) ? WI_ERR_IO : WI_OK;
}

/* A member of a JSON object, which has no word for what is not finite. */
WI_IMPL_RARE static void wi_impl_report_number(FILE *out, const char *name, double value, const char *after)
{
    char digits[32] = "null";
    wi_impl_text text = {digits, sizeof digits, 0};
    if (wi_impl_finite(value)) wi_impl_put_number(&text, value, value == floor(value) ? 15 : 9);
    fprintf(out, "\"%s\": %s%s", name, digits, after);
}

WI_IMPL_RARE static void wi_impl_report_string(FILE *out, const char *name, const char *value)
{
    fprintf(out, "\"%s\": \"", name);
    for (const char *end = value + strlen(value); value < end;) {
        char room[8];
        wi_impl_text text = {room, sizeof room, 0};
        wi_impl_put_json(&text, &value, end);
        fputs(room, out);
    }
    fputs("\", ", out);
}

typedef struct wi_impl_member { const char *name; size_t at; int is_size; } wi_impl_member;
#define WI_IMPL_OF(field, is_size) {#field, offsetof(wi_stats, field), is_size},
static const wi_impl_member wi_impl_stats_members[] = {
    WI_IMPL_OF(count, 1) WI_IMPL_OF(nonfinite, 1) WI_IMPL_OF(mean, 0) WI_IMPL_OF(std, 0) WI_IMPL_OF(rms, 0)
    WI_IMPL_OF(min, 0) WI_IMPL_OF(max, 0) WI_IMPL_OF(skewness, 0) WI_IMPL_OF(kurtosis, 0) WI_IMPL_OF(zeros, 0)
};
#undef WI_IMPL_OF
#define WI_IMPL_OF(field, is_size) {#field, offsetof(wi_probe, field), is_size},
static const wi_impl_member wi_impl_probe_members[] = {
    WI_IMPL_OF(predicted_std, 0) WI_IMPL_OF(predicted_slope, 0) WI_IMPL_OF(saturated, 0) WI_IMPL_OF(dead, 0)
    WI_IMPL_OF(correlation, 0) WI_IMPL_OF(in_correlation, 0) WI_IMPL_OF(update_ratio, 0) WI_IMPL_OF(speed, 0)
    WI_IMPL_OF(singular_max, 0) WI_IMPL_OF(singular_min, 0) WI_IMPL_OF(units, 1) WI_IMPL_OF(distinct_units, 1)
};
#undef WI_IMPL_OF

static void wi_impl_report_members(FILE *out, const void *of, int known, const wi_impl_member *members,
                                   size_t count)
{
    for (size_t k = 0; k < count; k++) {
        const void *at = (const char *)of + members[k].at;
        double value = members[k].is_size ? wi_impl_num(*(const size_t *)at)
                       : known ? *(const double *)at : WI_IMPL_NAN;
        wi_impl_report_number(out, members[k].name, value, ", ");
    }
}

WI_IMPL_RARE static void wi_impl_report_layer(FILE *out, const wi_probe *p)
{
    fputs("    {", out);
    wi_impl_report_string(out, "kind", wi_layer_kind_name(p->kind));
    wi_impl_report_string(out, "activation", wi_impl_act_name(p));
    wi_impl_report_string(out, "recipe", p->recipe.name ? p->recipe.name : "");
    wi_impl_report_string(out, "verdict", wi_verdict_name(p->verdict));
    for (size_t k = 0; k < WI_IMPL_PLACES; k++) {
        const wi_stats *s = wi_impl_seen_at(p, k);
        const void *bins = (const char *)p + wi_impl_places[k].bins;
        const wi_histogram *h = wi_impl_places[k].bins ? (const wi_histogram *)bins : NULL;
        fprintf(out, "\n     \"%s\": {", wi_impl_places[k].key);
        wi_impl_report_members(out, s, wi_impl_known(s), wi_impl_stats_members,
                               WI_COUNT(wi_impl_stats_members));
        wi_impl_report_number(out, "lo", h ? h->lo : s->min, ", ");
        wi_impl_report_number(out, "hi", h ? h->hi : s->max, h ? ", \"bins\": [" : "}, ");
        for (size_t b = 0; h && b < WI_BINS; b++) fprintf(out, b ? ", %.0f" : "%.0f", wi_impl_num(h->bin[b]));
        if (h) fputs("]}, ", out);
    }
    fputs("\n     ", out);
    wi_impl_report_members(out, p, wi_impl_known(&p->pre), wi_impl_probe_members,
                           WI_COUNT(wi_impl_probe_members));
    wi_impl_report_number(out, "samples", wi_impl_num(p->samples), "}");
}

WI_API WI_IMPL_OPAQUE wi_status wi_report_json(FILE *out, const wi_probe *per_layer, size_t count)
{
    wi_diagnosis d;
    wi_impl_diagnose(per_layer, count, &d);
    if (!out || !per_layer || count == 0) return WI_ERR_ARG;
    fputs("{", out);
    wi_impl_report_string(out, "verdict", wi_verdict_name(d.verdict));
    wi_impl_report_string(out, "evidence", d.evidence);
    wi_impl_report_string(out, "remedy", d.remedy);
    fprintf(out, "\"trains\": %s, \"trained\": %s, ", d.trains ? "true" : "false",
            d.trained ? "true" : "false");
    wi_impl_report_number(out, "first_loss", per_layer[0].first_loss, ", ");
    wi_impl_report_number(out, "trivial_loss", per_layer[0].trivial_loss, ", ");
    wi_impl_report_number(out, "layer", wi_impl_num(d.layer) + 1, ",\n  \"layers\": [\n");
    for (size_t l = 0; l < count; l++) {
        wi_impl_report_layer(out, &per_layer[l]);
        fputs(l + 1 < count ? ",\n" : "]}\n", out);
    }
    return fflush(out) != 0 || ferror(out) ? WI_ERR_IO : WI_OK;
}
#endif

/* ---- Remedies ----------------------------------------------------------------- */

/* The critical point to start a network from: without bias where that attracts, else (GELU, SiLU, Mish) with
   the least bias for which it does. A sigmoid is critical only where it saturates, and softplus nowhere:
   there the gain that keeps gradients must do. Kept for the next layer, which mostly has the same
   activation. */
typedef struct wi_impl_critical { wi_act act; wi_recipe weights, bias; int solved; } wi_impl_critical;

WI_IMPL_RARE static void wi_impl_critical_for(wi_impl_critical *c, const wi_act *act)
{
    if (c->solved && c->act.kind == act->kind && c->act.param == act->param && c->act.f == act->f) return;
    double gain = wi_gain_backward(*act), bias_var = 0.0;
    double weight_var = wi_impl_finite(gain) ? gain * gain : 1.0;   /* what is flat has none */
    c->act = *act;
    c->solved = wi_impl_act_value(act, 0.0) != 0.0;
    for (double b = 0.0; !c->solved && b < 2.0; b = b > 0.0 ? 1.1 * b : 0.01) {
        double sw2 = 0.0, q = 0.0;
        if (wi_critical(*act, b, &sw2, &q) != WI_OK) continue;
        if (wi_impl_signal_at(act, sw2, q, 1.0).slope > 1.0 + 1e-6) continue;
        if (!(wi_signal_fixed_point(*act, sw2, b).q < 1e6)) continue;   /* the next order decides */
        weight_var = sw2;
        bias_var = b;
        c->solved = 1;
    }
    c->weights = wi_orthogonal(sqrt(weight_var));
    c->bias = bias_var > 0.0 ? wi_normal(0.0, sqrt(bias_var)) : wi_zeros();
    c->solved = 1;
}

/* Does layer l close the branch of a skip: the last with weights that it leads around? */
static int wi_impl_closes_branch(const wi_net *net, const wi_probe *per_layer, size_t l)
{
    if (!per_layer[l].branch) return 0;
    for (size_t k = l + 1; k < net->layer_count; k++) {
        if (per_layer[k].has_weights || net->layers[k].desc.kind == WI_LAYER_SCALE) return 0;
        if (net->layers[k].desc.kind == WI_LAYER_SKIP) return 1;
    }
    return 0;
}

/* Do layers narrow and widen again? Orthogonal weights keep sizes only where they don't. */
static int wi_impl_hourglass(const wi_net *net)
{
    size_t least = SIZE_MAX;
    for (size_t l = 0; l + 1 < net->layer_count; l++) {
        if (!wi_impl_has_weights(&net->layers[l])) continue;
        if (net->layers[l].outputs > least + least / 2) return 1;
        least = wi_impl_min(least, net->layers[l].outputs);
    }
    return 0;
}

WI_API wi_status wi_remedy(const wi_net *net, const wi_probe *per_layer, wi_recipe *weights, wi_recipe *bias)
{
    if (!net || !net->layers || !per_layer || !weights || !bias) return WI_ERR_ARG;
    size_t count = net->layer_count;
    wi_impl_case c = wi_impl_case_of(per_layer, count);
    wi_verdict verdict = wi_probe_verdict(per_layer, count);
    int keep = verdict <= WI_VERDICT_UNSCALED_INPUT || verdict == WI_VERDICT_TARGETS;
    int by_fan = wi_impl_hourglass(net) || c.skips;
    wi_impl_critical critical;
    memset(&critical, 0, sizeof critical);
    for (size_t l = 0; l < count; l++) {
        const wi_layer *layer = &net->layers[l];
        const wi_act *act = &layer->desc.act;
        weights[l] = layer->desc.weights;
        bias[l] = layer->desc.bias;
        if (keep || layer->desc.tied || !wi_impl_has_weights(layer)) continue;
        weights[l] = wi_recipe_for(*act);
        bias[l] = wi_zeros();
        if (wi_impl_closes_branch(net, per_layer, l)) weights[l] = wi_zeros();
        if (by_fan || l == c.last || act->kind == WI_ACT_SELU) continue;
        wi_impl_critical_for(&critical, act);
        weights[l] = critical.weights;
        bias[l] = critical.bias;
    }
    return WI_OK;
}

#ifndef WI_IMPL_NO_TRAIN
/* ---- Looking at a plan -------------------------------------------------------
   What training has to see is the error of the best constant prediction, r = mean t - t; whatever else the
   first loss holds is gone after a few steps. To first order a step changes the outputs by rate K r / n, with

       K = J D J^T,      J the outputs' derivative by the parameters, D the optimiser's scale of each

   (the neural tangent kernel: Jacot et al. 2018; D = 1 for gradient descent, 1 / sqrt(E g^2) for Adam's kin).
   J^T r is the sum of the gradients of several batches, which also say how much of one step is common to all;
   J is a difference: one more pass forward, a small step along. */

enum { WI_IMPL_LOOK = 128, WI_IMPL_PROBED = 32 };   /* samples looked at, and measured layer by layer */
enum { WI_IMPL_RING = 25, WI_IMPL_MARKS = 16 };     /* losses and marks that a run keeps */

/* How a network does after so many steps: its loss over the trivial one, and see Runs. */
typedef struct wi_impl_mark { double loss, follows; size_t steps; } wi_impl_mark;

/* A run at one rate, that can be left and gone on with. */
typedef struct wi_impl_trial_run {
    wi_trainer trainer;                   /* the plan's, with an optimiser of its own */
    wi_real *params;                      /* where it stands; batches alone are looked at, no running mean */
    wi_rng noise;
    double rate, trivial, ring[WI_IMPL_RING];
    double low, best;                     /* least mean of 20 and of 25 steps, over the trivial loss */
    wi_impl_mark marks[WI_IMPL_MARKS];    /* one for each turn */
    size_t steps, turns;
    int lost, done;                       /* not finite; under half */
} wi_impl_trial_run;

/* A plan under scrutiny, on a copy of the network, so that there is nothing to put back. */
typedef struct wi_impl_view {
    wi_net net;                  /* the copy */
    wi_trainer plan;             /* wi_train()'s defaults, filled in */
    const wi_net *from;          /* what it is a copy of */
    const wi_data *data;
    int adaptive;                /* is the optimiser one of Adam's kin? */
    wi_data sample, given;       /* what is looked at; what the network gave for it, and the gradient there */
    wi_mat x, y, out, dy;        /* [rows][inputs], then [rows][outputs]: views of these */
    double *mean;                /* [outputs] of the targets */
    double *sum, *square;        /* [params] of the gradients of several batches */
    wi_probe *probes;            /* [layers] */
    wi_impl_aim aim;             /* of all targets */
    wi_impl_trial_run runs[4];   /* at one rate each; a trial goes on with those of the look */
    size_t begun;                /* how many there are */
    wi_real *first;              /* the first step's gradient, which all runs share; NULL before; its loss,
                                    and chance then */
    double first_loss;
    wi_rng first_noise;
} wi_impl_view;

static void wi_impl_look_end(wi_impl_view *look)
{
    while (look->begun-- > 0) {
        wi_opt_destroy(&look->runs[look->begun].trainer.opt);
        if (look->runs[look->begun].params) WINIT_FREE(look->runs[look->begun].params);
    }
    wi_trainer_destroy(&look->plan);
    wi_net_destroy(&look->net);
    wi_data_destroy(&look->sample);
    wi_data_destroy(&look->given);
    if (look->probes) WINIT_FREE(look->probes);
}

/* Sums over a column of a matrix, and how many of its numbers are 0. */
typedef struct wi_impl_column { double sum, square, zeros; } wi_impl_column;

WI_IMPL_RARE static wi_impl_column wi_impl_column_of(const wi_mat *m, size_t j)
{
    wi_impl_column c = {0.0, 0.0, 0.0};
    for (size_t i = 0; i < m->rows; i++) {
        double value = wi_impl_mat_get(*m, i, j);
        c.sum += value;
        c.square += value * value;
        c.zeros += value == 0.0;
    }
    return c;
}

/* Draw the samples to look at, one from each stretch of the data, in random order. */
static void wi_impl_look_sample(wi_impl_view *look)
{
    const wi_data *d = look->data;
    wi_rng rng = wi_rng_split(wi_rng_make(look->plan.desc.seed), 77);
    size_t order[WI_IMPL_LOOK], rows = look->x.rows, outputs = look->y.cols;
    for (size_t i = 0; i < rows; i++) {
        double at = (wi_impl_num(i) + wi_rng_uniform(&rng)) * wi_impl_num(d->x.rows) / wi_impl_num(rows);
        order[i] = wi_impl_min(wi_impl_whole(at), d->x.rows - 1);
    }
    wi_rng_shuffle(&rng, order, rows);
    wi_impl_copy_rows(&look->x, &d->x, order);
    wi_impl_copy_rows(&look->y, &d->y, order);
    double noise = look->plan.desc.input_noise;   /* training will not see the inputs without it */
    for (size_t k = 0; noise > 0.0 && k < rows * look->x.cols; k++)
        look->x.data[k] += (wi_real)(noise * wi_rng_normal(&rng));
    double keep = 1.0 - look->plan.desc.label_smoothing, smooth = wi_impl_smoothing(1.0 - keep, outputs);
    for (size_t k = 0; k < rows * outputs; k++)
        look->y.data[k] = (wi_real)(keep * (double)look->y.data[k] + smooth);
    for (size_t j = 0; j < outputs; j++)
        look->mean[j] = keep * wi_impl_column_of(&d->y, j).sum / wi_impl_num(d->y.rows) + smooth;
}

WI_IMPL_RARE static wi_status wi_impl_look_begin(wi_impl_view *look, const wi_net *net,
                                                 const wi_data *data, const wi_train_desc *desc,
                                                 const wi_impl_aim *aim, wi_error *error)
{
    size_t rows = wi_impl_min(data->x.rows, WI_IMPL_LOOK), params = net->param_count, outputs = net->outputs;
    wi_train_desc plan = *desc;   /* as the user has it, but nobody is called */
    if (plan.batch == 0) plan.batch = wi_impl_min(32, net->max_batch);
    plan.on_report = NULL;
    plan.on_gradient = NULL;
    plan.valid = NULL;
    plan.patience = 0;
    memset(look, 0, sizeof *look);
    look->from = net;
    look->data = data;
    look->adaptive = wi_impl_opt_rows[plan.opt.kind].v;
    look->aim = *aim;
    wi_status status = wi_impl_net_copy(&look->net, net, plan.batch > rows ? plan.batch : rows, error);
    if (status != WI_OK) return status;
    status = wi_trainer_create(&look->plan, &look->net, data, &plan, error);
    if (status == WI_OK) {
        size_t probes = net->layer_count * sizeof *look->probes;
        size_t doubles = wi_impl_mul(wi_impl_add(wi_impl_mul(2, params), outputs), sizeof(double));
        look->probes = (wi_probe *)wi_impl_alloc(wi_impl_add(probes, doubles), 1);
        if (!look->probes || wi_impl_data_create(&look->sample, rows, net->inputs, outputs, 0) != WI_OK
            || wi_impl_data_create(&look->given, rows, outputs, outputs, 0) != WI_OK)
            status = wi_impl_no_room(error, params, "gradients to look at");
    }
    if (status != WI_OK) {
        wi_impl_look_end(look);
        return status;
    }
    look->mean = (double *)(void *)(look->probes + net->layer_count);
    look->sum = look->mean + outputs;
    look->square = look->sum + params;
    look->x = look->sample.x;
    look->y = look->sample.y;
    look->out = look->given.x;
    look->dy = look->given.y;
    wi_impl_look_sample(look);
    return WI_OK;
}

/* dy = share (mean t - t) for the samples `first` on. */
static void wi_impl_look_residual(wi_impl_view *look, size_t first, size_t rows, double share)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < look->y.cols; j++)
            look->dy.data[i * look->y.cols + j] =
                (wi_real)(share * (look->mean[j] - wi_impl_mat_get(look->y, first + i, j)));
}

/* Forward (where the last pass was not the same), then dy back: net.grads = J^T dy. Frozen layers have none,
   others may have a rate of their own. */
static const wi_real *wi_impl_look_back(wi_impl_view *look, size_t first, size_t rows, int same)
{
    wi_net *net = &look->net;
    wi_mat x = wi_impl_rows(&look->x, first, rows);
    wi_net_zero_grads(net);
    if (!same) (void)wi_net_forward(net, x, WI_TRAIN, NULL);
    (void)wi_net_backward(net, x, wi_impl_rows(&look->dy, 0, rows));
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *layer = &net->layers[l];
        wi_real scale = (wi_real)wi_impl_layer_rate(layer, 1.0);
        wi_real *g = net->grads + layer->param_first;
        for (size_t i = 0; scale != 1 && i < layer->param_count; i++) g[i] *= scale;
    }
    return net->layers[net->layer_count - 1].post.data;
}

/* ln x between lo and hi; hi for what is not a number. */
static double wi_impl_ln(double x, double lo, double hi)
{
    return x <= 0.0 ? lo : fmax(lo, fmin(hi, log(x)));   /* of NaN and a number fmin() takes the number */
}

static double wi_impl_above(double x, double line) { return fmax(x - line, 0.0); }

/* Where a run is going: ln loss over the trivial one, now and at the end if it goes on at its pace; the
   cosine between predictions and targets at the end if it goes on growing with the logarithm of the steps. */
typedef struct wi_impl_heading { double last, ends, heads, steps, left; } wi_impl_heading;

/* What the features are made of. snr: the mean cosine, roughly, of two batches' gradients; blur: how much of
   the outputs' variance is due to dropout and to the company that batch norm sees; aligned: the squared
   cosine between K r and r; top, mean_mode: how strongly K acts on r, and on all outputs together; way: how
   far the weights go in the best first step; pull: a layer's gradient beside its weights, the greatest. */
typedef struct wi_impl_seen {
    double speed, l1, snr_first, blur, aligned, top, mean_mode, way, pull;
    double trained_layers, shift;    /* the columns' mean squares beside their variances */
    double named, rate;              /* the rate that suits K, and the one to use */
    double knew;                     /* how predictions followed the targets at best in the first steps */
    wi_impl_heading heading;         /* of the run that stands best */
    int done;                        /* it is where a trained network has to be */
    wi_rng noise;                    /* before the batches */
} wi_impl_seen;

/* A column's mean is one direction in which all samples pull alike, at the cost of every other. */
static void wi_impl_see_columns(const wi_impl_view *look, wi_impl_seen *s)
{
    double means = 0.0, variances = 1e-300, n = wi_impl_num(look->x.rows);
    for (size_t j = 0; j < look->x.cols; j++) {
        const wi_impl_column c = wi_impl_column_of(&look->x, j);
        double mean = c.sum / n;
        means += mean * mean;
        variances += fmax(c.square / n - mean * mean, 0.0);
    }
    s->shift = means / variances;
}

/* The same samples in other company: every m-th. Only batch norm, which keeps statistics, and dropout can
   tell. */
static void wi_impl_see_blur(wi_impl_view *look, size_t m, size_t b, wi_impl_seen *s)
{
    size_t outputs = look->out.cols, mixing = look->net.state_count;
    for (size_t l = 0; l < look->net.layer_count; l++)
        mixing += look->net.layers[l].desc.kind == WI_LAYER_DROPOUT;
    if (mixing == 0) return;
    double noise = 0.0, spread = 1e-300, n = wi_impl_num(m * b);
    const wi_real *y = look->net.layers[look->net.layer_count - 1].post.data, *before = look->out.data;
    for (size_t j = 0; j < outputs; j++) {
        double mean = 0.0;
        for (size_t i = 0; i < m * b; i++) mean += (double)before[i * outputs + j] / n;
        for (size_t i = 0; i < m * b; i++) spread += pow((double)before[i * outputs + j] - mean, 2.0);
    }
    for (size_t c = 0; c < m; c++) {
        wi_mat x = wi_impl_rows(&look->x, c, b);
        x.rows = b;
        x.row_step *= m;
        (void)wi_net_forward(&look->net, x, WI_TRAIN, NULL);
        for (size_t k = 0; k < b * outputs; k++) {
            size_t other = (k / outputs * m + c) * outputs + k % outputs;
            noise += pow((double)y[k] - (double)before[other], 2.0) / 2.0;
        }
    }
    s->blur = noise / spread;
}

/* What the gradients' sum and squares say, layer by layer. */
WI_IMPL_RARE static void wi_impl_see_layers(const wi_impl_view *look, size_t m, wi_impl_seen *s)
{
    double count = wi_impl_num(m);
    s->snr_first = 1.0;
    for (size_t l = 0; l < look->net.layer_count; l++) {
        const wi_layer *layer = &look->net.layers[l];
        double together = 0.0, alone = 1e-300;
        for (size_t i = layer->param_first; i < layer->param_first + layer->param_count; i++) {
            double g = look->sum[i] / count, square = look->square[i] / count;
            together += g * g;
            alone += square;
            s->l1 += g * g / (sqrt(square) + 1e-8);
        }
        s->speed += together;
        if (!wi_impl_has_weights(layer) || layer->desc.frozen) continue;
        const wi_stats *w = &look->probes[l].w;
        s->pull = fmax(s->pull, sqrt(together / wi_impl_num(w->count)) / w->rms);
        if (s->trained_layers++ == 0.0 && m > 1)
            s->snr_first = (count * together / alone - 1.0) / (count - 1.0);
    }
}

/* The gradients of m batches of b samples: their sum and squares; and how strongly all outputs move together,
   measured on the first batch. */
static void wi_impl_see_batches(wi_impl_view *look, size_t m, size_t b, wi_impl_seen *s)
{
    wi_net *net = &look->net;
    size_t n = net->param_count, out = net->outputs;
    memset(look->sum, 0, 2 * n * sizeof *look->sum);
    double unit = 1.0 / sqrt(wi_impl_num(b * out));
    for (size_t i = 0; i < b * out; i++) look->dy.data[i] = (wi_real)(i % out % 2 ? -unit : unit);
    const wi_rng chance = net->noise;
    (void)wi_impl_look_back(look, 0, b, 0);
    int same = memcmp(&chance, &net->noise, sizeof chance) == 0;   /* else dropout draws anew */
    for (size_t i = 0; i < n; i++) s->mean_mode += (double)net->grads[i] * (double)net->grads[i];
    s->mean_mode *= wi_impl_num(look->x.rows) / wi_impl_num(b);
    s->noise = net->noise;
    for (size_t c = 0; c < m; c++) {
        wi_impl_look_residual(look, c * b, b, 1.0 / wi_impl_num(b));
        const wi_real *y = wi_impl_look_back(look, c * b, b, c == 0 && same);
        for (size_t i = 0; i < n; i++) {
            look->sum[i] += (double)net->grads[i];
            look->square[i] += (double)net->grads[i] * (double)net->grads[i];
        }
        memcpy(look->out.data + c * b * out, y, b * out * sizeof *y);
    }
}

/* An upper bound of the loss's second derivative by an output. */
static double wi_impl_curvature(const wi_impl_view *look)
{
    return wi_impl_loss_of_values(look->plan.desc.loss) ? 1.0 : 0.25;
}

/* K r, by a difference along D J^T r, in the same company and with the same chance as before. */
static void wi_impl_see_step(wi_impl_view *look, size_t m, size_t b, wi_impl_seen *s)
{
    wi_net *net = &look->net;
    const wi_real *now = look->from->params;
    size_t n = net->param_count, out = net->outputs;
    double size = 0.0, length = 1e-300, along = 0.0, moved = 1e-300, error = 1e-300;
    for (size_t i = 0; i < n; i++) {
        if (look->adaptive) look->sum[i] /= sqrt(look->square[i] / wi_impl_num(m)) + 1e-8;
        length += look->sum[i] * look->sum[i];
        size += (double)now[i] * (double)now[i];
    }
    double step = 1e-3 * (sqrt(size) + 1e-3) / sqrt(length);
    for (size_t i = 0; i < n; i++) net->params[i] = (wi_real)((double)now[i] + step * look->sum[i]);
    net->noise = s->noise;
    for (size_t c = 0; c < m; c++) {
        wi_impl_look_residual(look, c * b, b, 1.0);
        (void)wi_net_forward(net, wi_impl_rows(&look->x, c * b, b), WI_TRAIN, NULL);
        const wi_real *y = net->layers[net->layer_count - 1].post.data;
        for (size_t i = 0; i < b * out; i++) {
            double r = (double)look->dy.data[i];
            double k = wi_impl_num(b) * ((double)y[i] - (double)look->out.data[c * b * out + i]) / step;
            along += r * k;
            moved += k * k;
            error += r * r;
        }
    }
    s->aligned = along > 0.0 ? along * along / (moved * error) : 0.0;
    s->top = sqrt(moved / error);
    s->way = fmax(along, 0.0) * wi_impl_num(b) * sqrt(length) / (wi_impl_curvature(look) * moved);
    memcpy(net->params, now, n * sizeof *now);
}

/* The rate that suits what K does, fitted like the odds to runs at several rates: a step must not
   overshoot where the outputs move most. Adam's kin take much the same rate everywhere. */
static double wi_impl_look_rate(const wi_impl_view *look, const wi_impl_seen *s)
{
    const wi_train_desc *plan = &look->plan.desc;
    double top = wi_impl_curvature(look) * fmax(s->top, s->mean_mode);
    double most = wi_impl_ln(wi_impl_num(look->x.rows) / top, -30.0, 10.0);
    if (look->adaptive) return 0.003;
    double rate = plan->opt.kind == WI_OPT_SGD ? exp(0.35 * most - 1.1) : exp(0.42 * most - 2.5);
    rate = fmin(rate, 10.0);
    double unit = pow(10.0, floor(log10(rate)) - 1.0);   /* two digits are enough */
    return floor(rate / unit + 0.5) * unit;
}

/* ---- Runs ------------------------------------------------------------------------
   Some steps of training, on the copy. After each turn the network is shown the samples of the look: do its
   predictions p begin to follow the targets t?

       follows = the cosine between p - mean p and t - mean t

   It rises from 0 to 1, and on a plateau it moves long before the loss does. */

/* Mean of the last losses, over the trivial one. */
static double wi_impl_run_mean(const wi_impl_trial_run *run, size_t count)
{
    double sum = 0.0;
    for (size_t k = 1; k <= count; k++) sum += run->ring[(run->steps - k) % WI_IMPL_RING];
    return sum / wi_impl_num(count) / run->trivial;
}

/* What a step's loss says. */
static void wi_impl_run_note(wi_impl_trial_run *run, double loss)
{
    run->ring[run->steps++ % WI_IMPL_RING] = loss;
    if (run->steps >= 20 && run->steps % 10 == 0) run->low = fmin(run->low, wi_impl_run_mean(run, 20));
    if (run->steps >= WI_IMPL_RING) run->best = fmin(run->best, wi_impl_run_mean(run, WI_IMPL_RING));
    run->done = run->best < 0.5;
}

/* How the network does on the samples of the look. All three losses have p - t as their gradient. Predictions
   that differ by rounding alone follow nothing. */
static wi_impl_mark wi_impl_mark_of(wi_impl_view *look, size_t steps)
{
    const wi_train_desc *plan = &look->plan.desc;
    wi_impl_mark mark;
    wi_mat y, t = look->y;
    double n = wi_impl_num(t.rows), pt = 0.0, pp = 0.0, tt = 0.0;
    (void)wi_net_forward(&look->net, look->x, WI_TRAIN, &y);
    mark.loss = wi_impl_loss_mean(plan->loss, &y, &t, &look->dy, NULL);
    if (plan->class_weights) mark.loss = wi_impl_loss_mean(plan->loss, &y, &t, NULL, plan->class_weights);
    for (size_t j = 0; j < t.cols; j++) {
        double mean_e = 0.0, mean_t = 0.0;   /* of the error p - t, and of t */
        for (size_t i = 0; i < t.rows; i++) {
            mean_e += wi_impl_mat_get(look->dy, i, j);
            mean_t += wi_impl_mat_get(t, i, j) / n;
        }
        for (size_t i = 0; i < t.rows; i++) {
            double centred = wi_impl_mat_get(t, i, j) - mean_t;
            double p = centred + n * wi_impl_mat_get(look->dy, i, j) - mean_e;
            pt += p * centred;
            pp += p * p;
            tt += centred * centred;
        }
    }
    mark.steps = steps;
    mark.loss /= look->aim.trivial;
    mark.follows = pp > 1e-10 * tt ? pt / sqrt(tt * pp) : 0.0;
    return mark;
}

static const wi_impl_mark *wi_impl_run_now(const wi_impl_trial_run *run)
{
    return &run->marks[run->turns - 1];
}

/* Behind a step's gradient: is its norm finite? A sum in several chains says so sooner. What the first step
   gave is kept for the runs behind. */
static int wi_impl_run_gradient(wi_net *net, const wi_progress *progress, void *user)
{
    wi_impl_view *look = (wi_impl_view *)user;
    size_t n = net->param_count;
    const wi_real *g = net->grads;
    if (!wi_impl_finite(wi_impl_dot(g, g, n)) && !wi_impl_finite(wi_net_grad_norm(net))) return 1;
    if (look->first) return 0;
    look->first = (wi_real *)(void *)look->sum;
    memcpy(look->first, g, n * sizeof *g);
    look->first_loss = progress->loss;
    look->first_noise = net->noise;
    return 0;
}

/* Go on with a run for some steps, without reports, which measure too much. Returns how many it took. */
static size_t wi_impl_run_go(wi_impl_trial_run *run, wi_impl_view *look, size_t steps)
{
    wi_net *net = &look->net;
    wi_trainer *trainer = &run->trainer;
    size_t before = run->steps, end = wi_impl_min(before + steps, trainer->progress.steps);
    const size_t bytes = net->param_count * sizeof *net->params;
    const double work = (double)trainer->desc.batch * (double)net->param_count;
    wi_impl_course course = wi_impl_course_of(trainer);
    wi_status status = WI_OK;
    memcpy(net->params, run->params, bytes);
    net->noise = run->noise;
    if (before == 0 && look->first) {
        memcpy(net->grads, look->first, bytes);
        net->noise = look->first_noise;
        course.known = &look->first_loss;
    }
    trainer->order_epoch = look->plan.order_epoch;   /* of what another run has left in the plan's memory */
    WI_IMPL_ONE_REGION
    for (; status == WI_OK && run->steps < end && !run->done; course.known = NULL) {
        trainer->loss_sum = 0.0;
        trainer->loss_count = 0;
        status = wi_impl_train_step(trainer, &course, 0, 0.0, NULL);
        if (status == WI_OK) wi_impl_run_note(run, trainer->progress.loss);
    }
    look->plan.order_epoch = trainer->order_epoch;
    memcpy(run->params, net->params, bytes);
    run->noise = net->noise;
    run->marks[run->turns++] = wi_impl_mark_of(look, run->steps);
    const double loss = wi_impl_run_now(run)->loss, start = fmax(look->first_loss / run->trivial, 1.0);
    run->lost = status != WI_OK || !wi_impl_finite(loss) || (loss > 10.0 * start && !look->adaptive);
    return run->steps - before;
}

WI_IMPL_RARE static wi_status wi_impl_run_begin(wi_impl_view *look, double rate)
{
    const wi_net *net = look->from;
    wi_impl_trial_run *run = &look->runs[look->begun++];
    memset(run, 0, sizeof *run);
    wi_opt opt;
    wi_opt_desc desc = look->plan.desc.opt;
    desc.rate = run->rate = rate;
    run->trivial = look->aim.trivial;
    run->low = run->best = WI_IMPL_INFINITY;
    run->noise = net->noise;
    run->params = (wi_real *)wi_impl_alloc(net->param_count + 1, sizeof *run->params);
    if (!run->params || wi_opt_create(&opt, desc, net->param_count) != WI_OK) return WI_ERR_MEMORY;
    memcpy(run->params, net->params, net->param_count * sizeof *net->params);
    run->trainer = look->plan;
    run->trainer.opt = opt;
    run->trainer.desc.on_gradient = wi_impl_run_gradient;
    run->trainer.desc.user = look;
    return WI_OK;
}

/* How a run stands, less is better: by its loss (above the trivial one mostly a matter of scale), by how
   predictions follow the targets, and, on a plateau where these say nothing, by its rate. */
WI_IMPL_RARE static double wi_impl_run_standing(const wi_impl_trial_run *run)
{
    if (run->done) return -WI_IMPL_INFINITY;
    if (run->lost || run->turns == 0) return WI_IMPL_INFINITY;
    const wi_impl_mark *now = wi_impl_run_now(run);
    double loss = wi_impl_ln(now->loss, -7.0, 20.0);
    return (loss > 0.0 ? 0.3 : 1.0) * loss - 0.5 * fmax(now->follows, -0.2) - 0.01 * log(run->rate);
}

/* The rate to try next: a usual one, below those that were lost and not next to one that was tried; where
   there is none and the last was lost, a tenth of it. 0: no more. */
WI_IMPL_RARE static double wi_impl_rate_next(const wi_impl_view *look)
{
    int adaptive = look->adaptive;
    const double usual[3] = {adaptive ? 1e-3 : 0.01, adaptive ? 1e-2 : 0.1, adaptive ? 1e-4 : 0.001};
    const wi_impl_trial_run *end = look->runs + look->begun;
    for (size_t k = 0; k < 3; k++) {
        int out = 0;
        for (const wi_impl_trial_run *run = look->runs; run < end; run++)
            out |= fabs(log(usual[k] / run->rate)) <= 0.5 || (run->lost && usual[k] > run->rate);
        if (!out) return usual[k];
    }
    return end[-1].lost ? 0.1 * end[-1].rate : 0.0;
}

/* The rate to use: that of the run that stands best, where the user's, the first one's, has an advantage.
   Gradient descent at a higher rate than suits K goes down fast, and up later. Where all were lost, it is a
   lower one. */
WI_IMPL_RARE static double wi_impl_rate_best(const wi_impl_view *look, const wi_impl_seen *s)
{
    const wi_impl_trial_run *first = look->runs, *best = first;
    double least = wi_impl_run_standing(first) - (first->rate != s->named ? 0.2 : 0.0);
    for (const wi_impl_trial_run *run = first + 1; run < first + look->begun; run++) {
        double stands = wi_impl_run_standing(run);
        if (stands >= least || (!look->adaptive && run->rate > fmax(first->rate, s->named))) continue;
        least = stands;
        best = run;
    }
    return best->lost ? wi_impl_rate_next(look) : best->rate;
}

/* The run that stands best of those with at most so many steps; NULL where there is none that could go on. */
WI_IMPL_RARE static wi_impl_trial_run *wi_impl_run_best(wi_impl_view *look, size_t steps)
{
    wi_impl_trial_run *best = NULL;
    for (wi_impl_trial_run *run = look->runs; run < look->runs + look->begun; run++) {
        if (run->lost || run->steps > steps || run->turns == WI_IMPL_MARKS) continue;
        if (!best || wi_impl_run_standing(run) < wi_impl_run_standing(best)) best = run;
    }
    return best;
}

/* A run that is lost goes nowhere. */
WI_IMPL_RARE static wi_impl_heading wi_impl_heading_of(const wi_impl_view *look, const wi_impl_trial_run *run)
{
    const wi_impl_mark *now = wi_impl_run_now(run), *middle = now;   /* the last of its first half: */
    while (middle > run->marks && 2 * middle->steps > run->steps) middle--;
    double since = wi_impl_num(now->steps - middle->steps), begun = wi_impl_num(middle->steps);
    wi_impl_heading h = {1.5, 1.5, 0.0, fmax(wi_impl_num(run->steps), 1.0), 0.0};
    h.left = fmax(wi_impl_num(look->plan.progress.steps) - h.steps, 0.0);
    if (run->lost) return h;
    h.last = h.ends = wi_impl_ln(now->loss, -3.0, 1.5);
    h.heads = fmax(now->follows, 0.0);
    if (!(since > 0.0)) return h;
    h.ends += fmin(h.last - wi_impl_ln(middle->loss, -3.0, 1.5), 0.0) * h.left / since;
    double gained = wi_impl_above(h.heads, fmax(middle->follows, 0.0));
    h.heads = fmin(h.heads + gained * log(1.0 + h.left / h.steps) / log(h.steps / begun), 1.5);
    return h;
}

/* ---- The odds of a plan -------------------------------------------------------- */

/* The features: weights for gradient descent and for adaptive optimisers (RMSProp, Adam), the verdict that
   they speak for where they speak against success, and what they are, in terms of wi_impl_plan_features().
   `sweep -s 0 -n 3204 --tune` (examples/tools) fits such weights, to both kinds of optimisers together, and
   says what they are worth on families not seen. */
#define WI_IMPL_FEATURES(X)                                                                          \
    X(far_first,     -0.112,  -0.090, EXPLODING,      wi_impl_above(first, 1.5))                     \
    X(aligned,        0.187,   0.156, HARD,           wi_impl_ln(s->aligned, -9.0, 0.0))             \
    X(steps,          0.269,   0.304, HARD,           log(steps) - 6.5)                              \
    X(signal_first,   0.186,   0.186, HARD,           wi_impl_ln(s->snr_first, -5.5, 0.0))           \
    X(blur,          -1.689,  -1.193, NOISY,          s->blur == s->blur ? fmin(s->blur, 1.2) : 1.2) \
    X(fast,          -0.132,  -0.149, EXPLODING,      wi_impl_above(speed, 4.0))                     \
    X(stiff,         -0.151,  -0.094, VANISHING,      wi_impl_above(-change, 3.0))                   \
    X(one_layer,     -2.219,  -2.638, HARD,           s->trained_layers <= 1.0)                      \
    X(copies,        -2.133,  -2.620, SYMMETRIC,      wi_impl_copies(look->probes, c.last))          \
    X(loud,          -0.162,  -0.095, UNSCALED_INPUT, wi_impl_above(in, 0.7))                        \
    X(faint,         -0.404,  -0.182, UNSCALED_INPUT, wi_impl_above(-in, 0.7))                       \
    X(target_size,   -0.193,  -0.170, TARGETS,        squared ? fabs(variance) : 0.0)                \
    X(params,         0.155,   0.187, HARD,           log((double)look->net.param_count) - 8.0)      \
    X(shifted,       -0.227,  -0.168, UNSCALED_INPUT, wi_impl_ln(s->shift, 0.0, 12.0))               \
    X(decayed,       -0.310,  -0.323, HARD,           8.0 + wi_impl_ln(decay, -8.0, 3.0))            \
    X(knew,           3.030,   2.837, HARD,           s->knew)                                       \
    X(heads,          1.921,   1.738, HARD,           s->heading.heads)                              \
    X(below,         -2.268,  -2.190, HARD,           fmin(s->heading.last, 0.0))                    \
    X(above,          0.515,   0.377, HARD,           fmax(s->heading.last, 0.0))                    \
    X(not_ahead,     -0.607,  -0.765, HARD,           wi_impl_above(s->heading.ends, -0.7))          \
    X(to_go,          0.528,   0.578, HARD,           log(1.0 + s->heading.left / s->heading.steps)) \
    X(one,           -0.573,  -0.477, HEALTHY,        1.0)

/* What such a list is used for: how many there are, their weights, and to set them, z[0] on. */
#define WI_IMPL_FEATURE_ONE(name, sgd, adaptive, verdict, value) + 1
#define WI_IMPL_FEATURE_WEIGHT(name, sgd, adaptive, verdict, value) {{sgd, adaptive}, WI_VERDICT_##verdict},
#define WI_IMPL_FEATURE_VALUE(name, sgd, adaptive, verdict, value) *z++ = value;
enum { WI_IMPL_FEATURE_COUNT = 0 WI_IMPL_FEATURES(WI_IMPL_FEATURE_ONE) };

typedef struct wi_impl_feature { double w[2]; wi_verdict verdict; } wi_impl_feature;

/* ln p / (1 - p); by: what speaks for each verdict. */
static double wi_impl_sum_up(const wi_impl_feature *weights, const double *z, size_t n, int adaptive,
                             double *by)
{
    double odds = 0.0;
    for (size_t k = 0; k < n; k++) {
        odds += z[k] * weights[k].w[adaptive];
        by[weights[k].verdict] += z[k] * weights[k].w[adaptive];
    }
    return odds;
}

/* The greatest share of copies in a layer. */
static double wi_impl_copies(const wi_probe *per_layer, size_t last)
{
    double most = 0.0;
    for (size_t l = 0; l < last; l++)
        if (wi_impl_symmetric(&per_layer[l]))
            most = fmax(most, 1.0 - wi_impl_num(per_layer[l].distinct_units)
                                        / wi_impl_num(per_layer[l].units));
    return most;
}

WI_IMPL_RARE static void wi_impl_plan_features(const wi_impl_view *look, const wi_impl_seen *s, double *z)
{
    const wi_train_desc *plan = &look->plan.desc;
    const wi_impl_case c = wi_impl_case_of(look->probes, look->net.layer_count);
    const wi_probe *at = &look->probes[c.first];   /* the first layer with weights */
    int squared = wi_impl_loss_of_values(plan->loss), adaptive = look->adaptive;
    double trivial = fmax(look->aim.trivial, 1e-12), steps = wi_impl_num(look->plan.progress.steps);
    double variance = wi_impl_ln(2.0 * trivial, -9.0, 25.0);
    double first = wi_impl_ln(at->first_loss / trivial, -1.0, 10.0);
    double in = wi_impl_ln(c.normed ? 1.0 : wi_impl_input_size(look->probes), -10.0, 12.0);
    double speed = wi_impl_ln((adaptive ? s->l1 : s->speed) / trivial, -14.0, 30.0);
    double decay = (plan->weight_decay + (adaptive ? 0.0 : plan->opt.decay)) / (s->pull + 1e-300);
    double change = wi_impl_ln(at->update_ratio, -14.0, 8.0);
    WI_IMPL_FEATURES(WI_IMPL_FEATURE_VALUE)
}

/* The odds of a plan, and the verdict that most speaks against it. */
WI_IMPL_RARE static double wi_impl_odds(const wi_impl_view *look, const wi_impl_seen *s, wi_verdict *blame)
{
    static const wi_impl_feature weights[] = { WI_IMPL_FEATURES(WI_IMPL_FEATURE_WEIGHT) };
    double z[WI_IMPL_FEATURE_COUNT], by[WI_VERDICT_COUNT] = {0.0};
    wi_impl_plan_features(look, s, z);
    double odds = wi_impl_sum_up(weights, z, WI_IMPL_FEATURE_COUNT, look->adaptive, by);
    *blame = WI_VERDICT_HARD;
    for (int v = WI_VERDICT_HARD + 1; v < WI_VERDICT_COUNT; v++)
        if (by[v] < fmin(by[*blame], -0.5)) *blame = (wi_verdict)v;
    return odds;
}

/* ---- The first steps -------------------------------------------------------------- */

/* Go on with a run for some steps, and see what it knows then. */
static void wi_impl_see_steps(wi_impl_view *look, wi_impl_seen *s, wi_impl_trial_run *run, size_t steps)
{
    (void)wi_impl_run_go(run, look, steps);
    if (!run->lost) s->knew = fmax(s->knew, wi_impl_run_now(run)->follows);
}

/* Is the answer open where this run is? */
static int wi_impl_see_open(const wi_impl_view *look, wi_impl_seen *s, const wi_impl_trial_run *run)
{
    wi_verdict blame;
    s->heading = wi_impl_heading_of(look, run);
    double odds = wi_impl_odds(look, s, &blame);
    return odds > -3.0 && odds < 2.0;
}

/* The first steps at three rates, and one more where all are lost: does any of them lead somewhere? A network
   that is deaf to its inputs, or hears one column and no more, shows it there first, whatever its gradients'
   sizes. The run that stands best goes on, twice as far each time, as long as the answer is open, to a
   twelfth of the plan at most. */
WI_IMPL_RARE static wi_status wi_impl_see_runs(wi_impl_view *look, wi_impl_seen *s)
{
    size_t all = look->plan.progress.steps;
    size_t most = wi_impl_min(wi_impl_min(all / 12 < 64 ? 64 : all / 12, 128), all);
    double rate = s->rate;
    s->knew = -0.3;
    do {
        wi_status status = wi_impl_run_begin(look, rate);
        if (status != WI_OK) return status;
        wi_impl_see_steps(look, s, &look->runs[look->begun - 1], wi_impl_min(4, all));
        rate = s->knew < 0.5 ? wi_impl_rate_next(look) : 0.0;   /* one that leads is enough */
    } while (rate > 0.0 && (look->begun < 3 || (look->begun == 3 && look->runs[2].lost)));
    wi_impl_trial_run *best = wi_impl_run_best(look, all);
    int slow = s->knew < 0.5, open = wi_impl_see_open(look, s, best ? best : look->runs);
    open |= slow;   /* one turn has no pace yet */
    while (best && open && !best->lost && !best->done && best->steps < most) {
        wi_impl_see_steps(look, s, best, wi_impl_min(best->steps, most - best->steps));
        open = wi_impl_see_open(look, s, best);
    }
    s->done = best && best->done;
    s->rate = s->done ? best->rate : wi_impl_rate_best(look, s);
    return WI_OK;
}

/* `asked` is the rate of the user, or 0; it is near enough within a factor of 30. */
static wi_status wi_impl_see(wi_impl_view *look, double asked, wi_impl_seen *s)
{
    memset(s, 0, sizeof *s);
    /* As in training: batches of the plan's size, and at least two if the plan has more than one. */
    size_t rows = look->x.rows, b = wi_impl_min(look->plan.desc.batch, rows);
    if (look->plan.desc.batch < look->data->x.rows && 2 * b > rows) b = (rows + 1) / 2;
    size_t m = wi_impl_min(rows / b, 16);
    wi_impl_see_columns(look, s);
    wi_impl_see_batches(look, m, b, s);
    wi_impl_see_layers(look, m, s);
    wi_impl_see_blur(look, m, b, s);
    wi_impl_see_step(look, m, b, s);
    s->named = wi_impl_look_rate(look, s);
    s->rate = asked > s->named / 30.0 && asked < s->named * 30.0 ? asked : s->named;
    return wi_impl_see_runs(look, s);
}

/* ---- Trying ----------------------------------------------------------------------
   The runs of the look go on. Every rate is brought to a twentieth of the steps, the two that stand best get
   a tenth more, and what is left goes, a tenth at a time, to the run that stands best: one that diverges late
   hands over to the next. */

/* What a trial shows, with weights as above, fitted likewise, on trials of 200 steps, and in terms of
   wi_impl_tried_of(). low: the least that the loss came to; above: a loss that is coming down yet says
   little. */
#define WI_IMPL_TRIED(X)                                                                \
    X(look,        0.467,   0.369, HEALTHY, fmax(-6.0, fmin(6.0, odds)))                \
    X(low,        -4.722,  -4.457, HEALTHY, wi_impl_ln(low, -3.0, 1.1))                 \
    X(heads,       4.149,   4.122, HEALTHY, h.heads)                                    \
    X(above,       3.073,   4.528, HEALTHY, fmax(h.last, 0.0))                          \
    X(not_ahead,  -0.952,  -1.098, HEALTHY, wi_impl_above(h.ends, -0.7))                \
    X(left,        0.546,   0.613, HEALTHY, log(h.left + 30.0) - 5.0)                   \
    X(one,        -2.959,  -3.646, HEALTHY, 1.0)

enum { WI_IMPL_TRIED_COUNT = 0 WI_IMPL_TRIED(WI_IMPL_FEATURE_ONE) };

typedef struct wi_impl_tried {
    double rate, reached, odds, z[WI_IMPL_TRIED_COUNT];
    size_t taken;
    int done;
} wi_impl_tried;

/* `odds` are those of looking. */
WI_IMPL_RARE static wi_impl_tried wi_impl_tried_of(const wi_impl_view *look, size_t taken, double odds)
{
    static const wi_impl_feature weights[] = { WI_IMPL_TRIED(WI_IMPL_FEATURE_WEIGHT) };
    wi_impl_tried t;
    const wi_impl_trial_run *best = look->runs;
    double low = WI_IMPL_INFINITY;
    for (const wi_impl_trial_run *run = look->runs; run < look->runs + look->begun; run++) {
        low = fmin(low, run->low);
        if (wi_impl_run_standing(run) < wi_impl_run_standing(best)) best = run;
    }
    wi_impl_heading h = wi_impl_heading_of(look, best);
    t.rate = best->rate;
    t.taken = taken;
    t.reached = best->best < WI_IMPL_INFINITY ? best->best : low;
    t.done = best->done;
    double *z = t.z, by[WI_VERDICT_COUNT] = {0.0};
    WI_IMPL_TRIED(WI_IMPL_FEATURE_VALUE)
    t.odds = wi_impl_sum_up(weights, t.z, WI_IMPL_TRIED_COUNT, look->adaptive, by);
    return t;
}

/* The trial: the runs of the look and others to a twentieth of its steps, then those that stand best. */
WI_IMPL_RARE static wi_status wi_impl_try(wi_impl_view *look, size_t steps, double odds, wi_impl_tried *tried)
{
    size_t n = wi_impl_min(WI_COUNT(look->runs), steps / 20 + 1), used = 0;
    size_t all = look->plan.progress.steps, first = wi_impl_min((steps + 19) / 20, all);
    int done = 0;
    for (size_t r = 0; !done && r < (look->begun > n ? look->begun : n); r++) {
        wi_impl_trial_run *run = &look->runs[r];
        double rate = r == look->begun ? wi_impl_rate_next(look) : run->rate;
        if (rate == 0.0) break;
        if (r == look->begun && wi_impl_run_begin(look, rate) != WI_OK) return WI_ERR_MEMORY;
        if (run->lost || run->steps >= first) continue;
        used += wi_impl_run_go(run, look, first - run->steps);
        done = run->done;
    }
    for (size_t turn = 0; used < steps && !done; turn++) {
        wi_impl_trial_run *run = wi_impl_run_best(look, wi_impl_min(turn < 2 ? first : all, all - 1));
        if (!run && turn >= 2) break;
        if (!run) continue;   /* all rates ended in one turn */
        used += wi_impl_run_go(run, look, wi_impl_min(2 * first, steps - used));
        done = run->done;
    }
    *tried = wi_impl_tried_of(look, used, odds);
    return WI_OK;
}

/* ---- Would it work? ---------------------------------------------------------------- */

/* A verdict on the whole plan: no. */
static void wi_impl_refuse(wi_check *c, wi_verdict verdict)
{
    c->diagnosis.verdict = verdict;
    c->trains = c->diagnosis.trains = 0;
    c->probability = 0.01;
    c->rate = 0.0;
}

/* The size from which on a value dwarfs its column: a million times the geometric mean of up to 256 others,
   and 10^4 at least. Zeros do not count, since many columns are mostly zeros; a 1 does, for those with few
   others. */
static double wi_impl_dwarfing(wi_mat m, size_t j)
{
    size_t looks = wi_impl_min(m.rows, 256);
    double logs = 0.0, used = 1.0;
    for (size_t k = 0; k < looks; k++) {
        size_t i = wi_impl_whole(wi_impl_num(k) / wi_impl_num(looks) * wi_impl_num(m.rows));
        double size = fabs(wi_impl_mat_get(m, i, j));
        if (size == 0.0) continue;
        logs += log(size);
        used++;
    }
    return 1e6 * fmax(exp(logs / used), 0.01);
}

/* Find a cell that no network should see: not finite, or so large that beside it the rest of its column is 0.
   One pass along the rows finds nearly all data sound; only then columns are looked at. */
static int wi_impl_bad_cell(wi_mat m, size_t *row, size_t *column)
{
    double most = 0.0;
    for (size_t i = 0; i < m.rows; i++)
        for (size_t j = 0; j < m.cols; j++) {
            double size = fabs(wi_impl_mat_get(m, i, j));
            if (size <= most) continue;
            *row = i;
            *column = j;
            if (!wi_impl_finite(size)) return 1;
            most = size;
        }
    for (*column = 0; most > 1e4 && *column < m.cols; ++*column) {
        double limit = wi_impl_dwarfing(m, *column);
        for (*row = 0; *row < m.rows && limit < most; ++*row)
            if (fabs(wi_impl_mat_get(m, *row, *column)) > limit) return 1;
    }
    return 0;
}

static int wi_impl_rows_alike(wi_mat m)
{
    for (size_t i = 1; i < m.rows; i++)
        for (size_t j = 0; j < m.cols; j++)
            if (wi_impl_mat_get(m, i, j) != wi_impl_mat_get(m, 0, j)) return 0;
    return m.rows > 1;
}

/* What is wrong with the data that only a person can mend. Returns the verdict, healthy where nothing is. */
WI_IMPL_RARE static wi_verdict wi_impl_data_fault(const wi_data *data, wi_diagnosis *d)
{
    for (int targets = 0; targets < 2; targets++) {
        wi_mat m = targets ? data->y : data->x;
        const char *name = targets ? "targets" : "inputs";
        size_t i, j;
        if (!wi_impl_bad_cell(m, &i, &j)) continue;
        double value = wi_impl_mat_get(m, i, j);
        wi_impl_say(d->evidence, "row %zu, column %zu of the %s is %g", i + 1, j + 1, name, value);
        wi_impl_say(d->remedy, "look at the %s: correct the value, or leave the row out", name);
        if (!wi_impl_finite(value)) return WI_VERDICT_NONFINITE;
        wi_impl_say(d->evidence, ", more than a million times what the column's values are: does it "
                    "stand for a missing one?");
        return targets ? WI_VERDICT_TARGETS : WI_VERDICT_UNSCALED_INPUT;
    }
    if (!wi_impl_rows_alike(data->x)) return WI_VERDICT_HEALTHY;
    wi_impl_say(d->evidence, "the inputs do not differ: all %zu rows are the same", data->x.rows);
    wi_impl_say(d->remedy, "look at how the inputs were read: nothing can be told from equal rows");
    return WI_VERDICT_CORRELATED;
}

/* What is wrong with a plan, whatever the weights. Returns the verdict, healthy where nothing is. */
WI_IMPL_RARE static wi_verdict wi_impl_plan_fault(const wi_net *net, const wi_train_desc *desc,
                                                  const wi_impl_aim *aim, wi_diagnosis *d)
{
    wi_verdict verdict = WI_VERDICT_TARGETS;
    size_t batch = desc->batch ? desc->batch : wi_impl_min(32, net->max_batch);
    int trainable = 0, by_class = wi_impl_loss_of(desc->loss)->by_class;
    for (size_t l = 0; l < net->layer_count; l++)
        trainable |= net->layers[l].param_count > 0 && !net->layers[l].desc.frozen;
    if (!trainable) {
        verdict = WI_VERDICT_HARD;
        wi_impl_say(d->evidence, "all layers with parameters are frozen");
        wi_impl_say(d->remedy, "set frozen = 0 in the layers that shall learn");
    } else if (net->train_rows > batch) {
        verdict = WI_VERDICT_NOISY;
        wi_impl_say(d->evidence, "a batch norm sees one value at a time: batches are of 1");
    } else if (aim->misfits > 0) {
        wi_impl_say(d->evidence, "%zu target%s %s%s", aim->misfits, aim->misfits == 1 ? " is" : "s are",
                    wi_impl_no_classes, by_class ? wi_impl_classes : "");
        if (!by_class) wi_impl_say(d->remedy, "write the labels as 0 and 1, whatever stands for them now");
    } else if (!(aim->trivial > 0.0)) {
        wi_impl_say(d->evidence, "the targets never change: a constant answers them");
        wi_impl_say(d->remedy, "look at how the targets were read: there is nothing to learn");
    } else if (aim->least > 0.5 * aim->trivial) {
        wi_impl_say(d->evidence, "no output from %.2g to %.2g costs less than %.2g, and a constant costs "
                    "%.2g", aim->lo, aim->hi, aim->least, aim->trivial);
    } else {
        return WI_VERDICT_HEALTHY;
    }
    if (verdict == WI_VERDICT_TARGETS) d->layer = net->layer_count - 1;
    if (!d->remedy[0]) wi_impl_say(d->remedy, "%s", wi_verdict_advice(verdict));
    return verdict;
}

/* Does the plan hold the weights back? It may end before it begins. Clipped, gradient descent's steps cannot
   add up to more than their number x rate x clip, which the best first step alone may need; Adam undoes what
   clipping scales. And where weight decay takes more from every layer than the error's gradient gives, all
   shrink, and the gradients, products of the other layers' weights, with them. */
WI_IMPL_RARE static int wi_impl_held_back(const wi_impl_view *look, const wi_impl_seen *s, double rate,
                                          wi_diagnosis *d)
{
    const wi_train_desc *plan = &look->plan.desc;
    int adaptive = look->adaptive;
    double steps = wi_impl_num(look->plan.progress.steps), n = wi_impl_num(look->net.param_count);
    double inertia = plan->opt.kind == WI_OPT_SGD ? 1.0 : 1.0 - plan->opt.momentum;
    double decay = plan->weight_decay + (adaptive ? 0.0 : plan->opt.decay), clip = WI_IMPL_INFINITY;
    if (plan->clip_norm > 0.0) clip = plan->clip_norm;
    if (plan->clip_value > 0.0) clip = fmin(clip, plan->clip_value * sqrt(n));
    double reach = steps * fmax(rate, 0.1) * clip / inertia;
    int brief = steps < (double)WI_IMPL_RING, clipped = !adaptive && reach < s->way;
    if (!brief && !clipped && !(decay > s->pull && s->trained_layers > 1.0)) return 0;
    d->evidence[0] = d->remedy[0] = 0;
    if (brief)
        wi_impl_say(d->evidence, "the plan has %zu step%s, and training is judged by the mean loss of %d",
                    look->plan.progress.steps, steps == 1.0 ? "" : "s", (int)WI_IMPL_RING);
    else if (clipped)
        wi_impl_say(d->evidence, "with gradients clipped to a norm of %.2g, %zu steps move the weights by "
                    "%.2g at most; the best first step alone is %.2g long", clip, look->plan.progress.steps,
                    reach, s->way);
    else
        wi_impl_say(d->evidence, "a step takes %.2g of the weights away, times the rate, and the error gives "
                    "no layer more than %.2g: they can only shrink", decay, s->pull);
    wi_impl_say(d->remedy, "%s", brief ? "take more steps" : clipped
                ? "clip_norm = 1 is usual; or take more steps"
                : "less weight decay: 0.0001 to 0.001 are usual");
    return 1;
}

/* Words for a plan whose network alone gives no reason to doubt. */
WI_IMPL_RARE static void wi_impl_plan_evidence(const wi_impl_view *look, const wi_impl_seen *s,
                                               wi_diagnosis *d)
{
    wi_impl_case c = wi_impl_case_of(look->probes, look->net.layer_count);
    const wi_probe *last = &look->probes[c.last];
    d->layer = d->verdict == WI_VERDICT_TARGETS ? c.last : c.first;
    if (d->verdict == WI_VERDICT_TARGETS)
        wi_impl_say(d->evidence, "the targets differ from their means by %.2g, and the outputs have rms %.2g",
                    sqrt(2.0 * look->aim.trivial / wi_impl_num(look->y.cols)), last->post.rms);
    else if (d->verdict == WI_VERDICT_EXPLODING && last->first_loss > 4.0 * look->aim.trivial)
        wi_impl_say(d->evidence, "the first loss is %.2g, and the best constant pays %.2g", last->first_loss,
                    look->aim.trivial);
    else if (d->verdict == WI_VERDICT_NOISY)
        wi_impl_say(d->evidence, "%.2g%% of the outputs' variance is chance: dropout, or the company in a "
                    "batch of %zu", 100.0 * fmin(s->blur, 1.0), look->plan.desc.batch);
    else if (d->verdict == WI_VERDICT_HARD)
        wi_impl_say(d->evidence, "the best first step takes away %.2g%% of the error; the plan has %zu steps",
                    100.0 * s->aligned, look->plan.progress.steps);
    else
        wi_impl_evidence(look->probes, look->net.layer_count, &c, d);
}

/* Finding and forecast have to agree. */
WI_IMPL_RARE static void wi_impl_settle(const wi_impl_view *look, const wi_impl_seen *s, double asked,
                                        wi_verdict blame, wi_check *c)
{
    wi_diagnosis *d = &c->diagnosis;
    int healthy = d->verdict == WI_VERDICT_HEALTHY;
    d->trains = c->trains;
    if (c->trains && !healthy) {   /* a fault is not a fate */
        wi_diagnosis found = *d;
        d->evidence[0] = 0;
        wi_impl_say(d->evidence, "trains all the same: %s", found.evidence);
        d->verdict = WI_VERDICT_HEALTHY;
    } else if (!c->trains && healthy) {
        d->verdict = blame;
        d->evidence[0] = 0;
        wi_impl_plan_evidence(look, s, d);
    }
    int other = c->trains && asked > 0.0 && c->rate != asked;
    if (other || c->trains != healthy) d->remedy[0] = 0;
    if (other)
        wi_impl_say(d->remedy, "take a rate of %g in place of %g: it should train at that", c->rate, asked);
    else if (c->trains != healthy) wi_impl_say(d->remedy, "%s", wi_verdict_advice(d->verdict));
}

/* The loss of the data as it is, in mode WI_TRAIN: of all samples where that is cheap beside the plan. */
WI_IMPL_RARE static double wi_impl_first_loss(wi_impl_view *look)
{
    double steps = wi_impl_num(look->plan.progress.steps), sum = 0.0, n = wi_impl_num(look->data->x.rows);
    int all = n <= (double)WI_IMPL_LOOK || n < 0.01 * steps * wi_impl_num(look->plan.desc.batch);
    wi_mat inputs = all ? look->data->x : look->x, targets = all ? look->data->y : look->y;
    for (size_t i = 0; i < inputs.rows; i += look->net.max_batch) {
        wi_mat y, x = wi_impl_rows(&inputs, i, look->net.max_batch);
        /* a batch norm cannot take a last sample that is alone */
        if (wi_net_forward(&look->net, x, WI_TRAIN, &y) != WI_OK) return look->probes[0].first_loss;
        wi_mat target = wi_impl_rows(&targets, i, x.rows);
        sum += wi_impl_loss_mean(look->plan.desc.loss, &y, &target, NULL, look->plan.desc.class_weights)
             * (double)x.rows;
    }
    return sum / wi_impl_num(inputs.rows);
}

/* Look, and try if there are steps for it; of a plan that is refused already, only the first loss. */
WI_IMPL_RARE static wi_status wi_impl_check_look(wi_impl_view *look, size_t steps, wi_check *c,
                                                 wi_error *error)
{
    wi_verdict blame;
    wi_mat x = wi_impl_rows(&look->x, 0, WI_IMPL_PROBED), y = wi_impl_rows(&look->y, 0, WI_IMPL_PROBED);
    wi_status status = wi_impl_probe_layers(&look->net, &x, &y, look->plan.desc.loss,
                                            WI_PROBE_FLAT | WI_PROBE_ALIKE | WI_PROBE_COPIES, look->probes);
    if (status != WI_OK) return wi_impl_fail(error, status, "looking at the network failed: %s",
                                             wi_status_text(status));
    c->first_loss = wi_impl_first_loss(look);
    if (c->diagnosis.verdict != WI_VERDICT_HEALTHY) return WI_OK;
    wi_impl_diagnose(look->probes, look->net.layer_count, &c->diagnosis);
    if (c->diagnosis.verdict == WI_VERDICT_NONFINITE) {
        wi_impl_refuse(c, WI_VERDICT_NONFINITE);
        return WI_OK;
    }
    wi_impl_seen seen;
    double asked = c->rate;
    status = wi_impl_see(look, asked, &seen);
    if (status != WI_OK) return wi_impl_fail(error, status, "no memory for the first steps");
    c->rate = seen.rate;
    double odds = wi_impl_odds(look, &seen, &blame);
    int there = seen.done || c->first_loss < 0.5 * c->trivial_loss;   /* what is asked for is reached */
    wi_impl_tried tried;
    if (!there && steps > 0) {
        status = wi_impl_try(look, steps, odds, &tried);
        if (status != WI_OK) return wi_impl_fail(error, status, "no memory for a trial");
        c->trial_steps = tried.taken;
        if (tried.reached < WI_IMPL_INFINITY) c->reached_loss = tried.reached * c->trivial_loss;
        c->rate = tried.rate;
        double weight = fmin(wi_impl_num(steps) / 150.0, 1.0);   /* a short trial says less */
        odds = weight * tried.odds + (1.0 - weight) * odds;
        there = tried.done;
    }
    c->probability = there ? 0.99 : wi_impl_logistic(odds);
    c->trains = c->probability >= 0.5;
    if (!there && wi_impl_held_back(look, &seen, seen.named, &c->diagnosis))
        wi_impl_refuse(c, WI_VERDICT_HARD);
    else wi_impl_settle(look, &seen, asked, blame, c);
    return WI_OK;
}

WI_API WI_IMPL_OPAQUE wi_status wi_train_check(wi_net *net, const wi_data *data, const wi_train_desc *desc,
                                               size_t trial_steps, wi_check *out, wi_error *error)
{
    if (!out) return wi_impl_fail(error, WI_ERR_ARG, "wi_train_check: out is NULL");
    wi_status status = wi_impl_train_check(net, data, desc, error);
    if (status != WI_OK) return status;
    wi_impl_aim aim = wi_impl_aim_of(&data->y, net, desc->loss, desc->label_smoothing, desc->class_weights);
    wi_check c;
    memset(&c, 0, sizeof c);
    c.first_loss = c.trivial_loss = c.reached_loss = WI_IMPL_NAN;
    c.rate = desc->opt.rate;   /* 0: to be chosen */
    wi_verdict fault = wi_impl_data_fault(data, &c.diagnosis);
    int sound = fault == WI_VERDICT_HEALTHY;
    if (sound) {
        c.trivial_loss = aim.trivial;
        fault = wi_impl_plan_fault(net, desc, &aim, &c.diagnosis);
    }
    if (fault != WI_VERDICT_HEALTHY) wi_impl_refuse(&c, fault);
    if (sound && (fault == WI_VERDICT_HEALTHY || fault == WI_VERDICT_TARGETS)) {
        wi_impl_view look;
        status = wi_impl_look_begin(&look, net, data, desc, &aim, error);
        if (status != WI_OK) return status;
        status = wi_impl_check_look(&look, trial_steps, &c, error);
        wi_impl_look_end(&look);
        if (status != WI_OK) return status;
    }
    *out = c;
    return wi_impl_ok(error);
}

/* ---- Mending ------------------------------------------------------------------------- */

WI_API void wi_mended_destroy(wi_mended *mended)
{
    if (!mended) return;
    wi_scaler_destroy(&mended->x);
    wi_scaler_destroy(&mended->y);
    memset(mended, 0, sizeof *mended);
}

/* Should a matrix be brought to mean 0 and deviation 1? Not where it is of that size, or mostly zeros. */
static int wi_impl_wants_scaling(const wi_mat *m)
{
    double n = wi_impl_num(m->rows) * wi_impl_num(m->cols), zeros = 0.0, squares = 0.0, off = 0.0;
    for (size_t j = 0; j < m->cols; j++) {
        const wi_impl_column c = wi_impl_column_of(m, j);
        double rows = wi_impl_num(m->rows), mean = c.sum / rows;
        double spread = sqrt(fmax(c.square / rows - mean * mean, 0.0));
        zeros += c.zeros;
        squares += c.square;
        off = fmax(off, fmax(fabs(mean), spread));
    }
    double rms = sqrt(squares / fmax(n - zeros, 1.0));
    return zeros > 0.5 * n ? rms > 4.0 || rms < 0.1 : rms > 2.0 || rms < 0.3 || off > 4.0;
}

/* Measure how to scale; where the last activation has a range, targets go to the middle four fifths of it. */
WI_IMPL_RARE static wi_status wi_impl_fit_scaler(wi_scaler *scaler, const wi_mat *m, double lo, double hi)
{
    wi_status status = wi_scaler_fit(scaler, *m);
    int below = lo > -WI_IMPL_INFINITY, above = hi < WI_IMPL_INFINITY;
    for (size_t j = 0; status == WI_OK && j < m->cols && (below || above); j++) {
        double least = WI_IMPL_INFINITY, most = -WI_IMPL_INFINITY;
        for (size_t i = 0; i < m->rows; i++) {
            double value = wi_impl_mat_get(*m, i, j);
            if (value < least) least = value;
            if (value > most) most = value;
        }
        double bottom = below ? lo : hi - 4.0, top = above ? hi : lo + 4.0, margin = 0.1 * (top - bottom);
        double unit = most > least ? (most - least) / (0.8 * (top - bottom)) : 1.0;
        double mean = least - (bottom + margin) * unit;
        if (unit < WI_IMPL_REAL_MIN || !wi_impl_fits_real(unit) || !wi_impl_fits_real(mean)) continue;
        scaler->std[j] = (wi_real)unit;
        scaler->mean[j] = (wi_real)mean;
    }
    return status;
}

/* The starts that are tried, from the gentlest on. */
enum { WI_IMPL_KEEP, WI_IMPL_BY_FAN, WI_IMPL_CRITICAL, WI_IMPL_BRANCH_ZERO, WI_IMPL_BRANCH_FIXUP,
      WI_IMPL_LSUV, WI_IMPL_BY_BATCH, WI_IMPL_STARTS };

static const char *const wi_impl_starts[WI_IMPL_STARTS] = {
    "", "weights drawn by wi_recipe_for(), biases zero", "weights drawn orthogonal, at the critical gain",
    "drawn by wi_net_init_residual(WI_RESIDUAL_ZERO)", "drawn by wi_net_init_residual(WI_RESIDUAL_FIXUP)",
    "drawn by wi_net_init_lsuv()", "drawn by wi_recipe_for(), then by wi_net_init_batch()"
};

WI_IMPL_RARE static wi_status wi_impl_draw_all(wi_net *net, int start, wi_mat batch)
{
    wi_recipe zero;
    wi_impl_critical critical;
    memset(&zero, 0, sizeof zero);
    memset(&critical, 0, sizeof critical);
    if (start == WI_IMPL_LSUV) return wi_net_init_lsuv(net, batch, 0.05, 10);
    wi_status status = wi_net_init_all(net, zero, zero, net->seed);   /* every layer by its activation */
    if (status != WI_OK || start == WI_IMPL_BY_FAN) return status;
    if (start == WI_IMPL_BRANCH_ZERO) return wi_net_init_residual(net, WI_RESIDUAL_ZERO, net->seed);
    if (start == WI_IMPL_BRANCH_FIXUP) return wi_net_init_residual(net, WI_RESIDUAL_FIXUP, net->seed);
    if (start == WI_IMPL_BY_BATCH) return wi_net_init_batch(net, batch);
    for (size_t l = 0; l + 1 < net->layer_count; l++) {
        wi_layer_desc *desc = &net->layers[l].desc;
        if (!wi_impl_has_weights(&net->layers[l]) || desc->tied || desc->act.kind == WI_ACT_SELU) continue;
        wi_impl_critical_for(&critical, &desc->act);
        desc->weights = critical.weights;
        desc->bias = critical.bias;
    }
    return wi_net_init(net, net->seed);
}

/* Draw a network anew by one of the starts; on failure it is as it was. A frozen layer keeps numbers that
   were made elsewhere, and these cannot be brought to a batch's size. */
WI_IMPL_RARE static wi_status wi_impl_draw_start(wi_net *net, int start, wi_mat batch)
{
    wi_net was;
    int kept = 0;
    if (start == WI_IMPL_KEEP) return WI_OK;
    wi_status status = wi_impl_net_copy(&was, net, 1, NULL);
    if (status != WI_OK) return status;
    for (size_t l = 0; status == WI_OK && l < net->layer_count; l++) {
        int *keep = &was.layers[l].desc.frozen, drawn = 0;
        if (!*keep) continue;
        status = wi_impl_layer_as_drawn(net, &was, l, &drawn);
        kept |= *keep = !drawn;
    }
    if (status == WI_OK && kept && start >= WI_IMPL_LSUV) status = WI_ERR_ARG;
    if (status == WI_OK) status = wi_impl_draw_all(net, start, batch);
    for (size_t l = 0; l < net->layer_count; l++) {
        wi_layer *layer = &net->layers[l], *old = &was.layers[l];
        if (status == WI_OK && !old->desc.frozen) continue;
        old->desc.frozen = layer->desc.frozen;
        layer->desc = old->desc;
        (void)wi_layer_copy(layer, old);
    }
    if (status != WI_OK) {
        net->seed = was.seed;
        net->noise = was.noise;
        net->residual = was.residual;
    }
    wi_net_destroy(&was);
    return status;
}

/* Which start has the best odds? Each is looked at, and tried where the check was allowed to, on a copy. */
WI_IMPL_RARE static wi_status wi_impl_best_start(const wi_net *net, const wi_data *data,
                                                 const wi_train_desc *desc, size_t steps, int *best,
                                                 wi_check *found, wi_error *error)
{
    wi_status status = WI_OK;
    memset(found, 0, sizeof *found);
    for (int start = 0; status == WI_OK && start < WI_IMPL_STARTS && !(found->probability > 0.97); start++) {
        wi_net copy;
        wi_check c;
        status = wi_impl_net_copy(&copy, net, net->max_batch, error);
        if (status != WI_OK) return status;
        /* a start that fails is no candidate: one for branches where there are none */
        wi_status drawn = wi_impl_draw_start(&copy, start, data->x);
        if (drawn == WI_OK) status = wi_train_check(&copy, data, desc, steps, &c, error);
        else if (drawn == WI_ERR_MEMORY) status = wi_impl_no_room(error, net->param_count, "parameters");
        if (drawn == WI_OK && status == WI_OK
            && c.probability > found->probability + (start > 0 ? 0.02 : 0.0)) {
            *found = c;
            *best = start;
        }
        wi_net_destroy(&copy);
    }
    return status;
}

/* The scalers that the data want: of inputs, and of the targets of a squared loss; those that are inputs
   again go with these. */
WI_IMPL_RARE static wi_status wi_impl_mend_scalers(wi_mended *m, const wi_data *data, wi_loss loss,
                                                   const wi_impl_aim *aim, wi_error *error)
{
    wi_status status = WI_OK;
    int inputs = wi_impl_wants_scaling(&data->x), targets = 0, again = wi_impl_targets_in_x(data);
    if (wi_impl_loss_of_values(loss))
        targets = again ? inputs : wi_impl_wants_scaling(&data->y) || aim->least > 0.02 * aim->trivial;
    if ((inputs || targets) && (wi_impl_data_tangled(data) || (again && !targets)))
        return wi_impl_tangled("wi_train_mend", error);
    if (inputs) status = wi_impl_fit_scaler(&m->x, &data->x, -WI_IMPL_INFINITY, WI_IMPL_INFINITY);
    if (status == WI_OK && targets)
        status = again ? wi_scaler_fit(&m->y, data->y)
                       : wi_impl_fit_scaler(&m->y, &data->y, aim->lo, aim->hi);
    if (status == WI_OK) return WI_OK;
    return wi_impl_fail(error, status, "measuring the data: %s", wi_status_text(status));
}

/* Draw the network anew by the start that has the best odds on data so scaled, at any rate. */
WI_IMPL_RARE static wi_status wi_impl_mend_net(wi_net *net, const wi_data *data, const wi_train_desc *desc,
                                               const wi_mended *m, size_t steps, int *start, wi_check *found,
                                               wi_error *error)
{
    wi_data scaled;
    wi_train_desc plan = *desc;
    size_t n = data->x.rows;
    wi_status status = wi_impl_data_take(&scaled, data, NULL, n);
    if (status != WI_OK) return wi_impl_no_room(error, n, "scaled samples");
    if (m->x.count) (void)wi_scaler_apply(&m->x, scaled.x);
    if (m->y.count) (void)wi_scaler_apply(&m->y, scaled.y);
    plan.opt.rate = 0.0;
    status = wi_impl_best_start(net, &scaled, &plan, steps, start, found, error);
    if (status == WI_OK && wi_impl_draw_start(net, *start, scaled.x) != WI_OK)   /* it was drawn before */
        status = wi_impl_no_room(error, net->param_count, "parameters");
    wi_data_destroy(&scaled);
    return status;
}

/* Is it for a person to mend? Targets that the last layer does not reach are not: scaling helps there. */
WI_IMPL_RARE static int wi_impl_hopeless(const wi_net *net, const wi_data *data, const wi_train_desc *desc,
                                         const wi_impl_aim *aim, wi_diagnosis *d)
{
    if (wi_impl_data_fault(data, d) != WI_VERDICT_HEALTHY) return 1;
    wi_verdict verdict = wi_impl_plan_fault(net, desc, aim, d);
    if (verdict == WI_VERDICT_TARGETS && wi_impl_loss_of_values(desc->loss)) return !(aim->trivial > 0.0);
    return verdict != WI_VERDICT_HEALTHY;
}

/* Do it: nothing here can fail. `found` is what the check of the mended plan said. */
WI_IMPL_RARE static void wi_impl_mend_apply(wi_mended *m, wi_data *data, wi_train_desc *desc, int start,
                                            const wi_check *found, int needed)
{
    wi_impl_text done = {m->done, sizeof m->done, 0};
    if (m->x.count) { (void)wi_scaler_apply(&m->x, data->x); wi_impl_print(&done, "inputs standardised; "); }
    if (m->y.count) {
        if (!wi_impl_targets_in_x(data)) (void)wi_scaler_apply(&m->y, data->y);
        wi_impl_print(&done, "targets scaled; ");
    }
    if (start != WI_IMPL_KEEP) wi_impl_print(&done, "%s; ", wi_impl_starts[start]);
    if (found->rate > 0.0 && found->rate != desc->opt.rate) {
        desc->opt.rate = found->rate;
        wi_impl_print(&done, "rate %g; ", found->rate);
    }
    if (needed && desc->clip_norm == 0.0 && found->first_loss > 2.0 * found->trivial_loss) {
        desc->clip_norm = 1.0;
        wi_impl_print(&done, "gradients clipped to norm 1; ");
    }
    if (done.length > 1) m->done[done.length - 2] = 0;
    else if (needed || !found->trains) wi_impl_print(&done, "nothing: %s", found->diagnosis.evidence);
}

WI_API WI_IMPL_OPAQUE wi_status wi_train_mend(wi_net *net, wi_data *data, wi_train_desc *desc,
                                              const wi_check *check, wi_mended *out, wi_error *error)
{
    if (!check || !out) return wi_impl_fail(error, WI_ERR_ARG, "wi_train_mend: check or out is NULL");
    wi_status status = wi_impl_train_check(net, data, desc, error);
    if (status != WI_OK) return status;
    wi_mended m;
    wi_check found = *check;
    wi_diagnosis fault;
    int start = WI_IMPL_KEEP, needed = !check->trains;
    memset(&m, 0, sizeof m);
    memset(&fault, 0, sizeof fault);
    wi_impl_text done = {m.done, sizeof m.done, 0};
    wi_impl_aim aim = wi_impl_aim_of(&data->y, net, desc->loss, 0.0, desc->class_weights);
    int hopeless = needed && wi_impl_hopeless(net, data, desc, &aim, &fault);
    if (needed && !hopeless) {   /* what the data need comes first, then the start */
        status = wi_impl_mend_scalers(&m, data, desc->loss, &aim, error);
        if (status == WI_OK)
            status = wi_impl_mend_net(net, data, desc, &m, check->trial_steps, &start, &found, error);
    }
    if (status != WI_OK) {
        wi_mended_destroy(&m);
        return status;
    }
    if (hopeless) wi_impl_print(&done, "nothing: %s", fault.evidence);
    else wi_impl_mend_apply(&m, data, desc, start, &found, needed);
    *out = m;
    return wi_impl_ok(error);
}
#endif /* WI_IMPL_NO_TRAIN */
#endif /* WINIT_NO_PROBE */

#ifndef WINIT_NO_SAVE
/* ==== 14. Files >>save-impl ===============================================
   Two halves meet here. One knows the format: a reader goes through a header
   and hands out one tensor at a time, checked by itself; only that the tensors
   fill the data without holes and overlaps is known at the end. The other
   knows what we have to store: a walk over a network (and an optimiser, a
   training run) hands out one slot at a time, with its name, shape and memory.

       write    walk -> header; walk -> data
       read     reader -> slot of that name -> do they agree?  then the same again, copying
       tensors  reader -> a list of views, sorted by name

   Neither half allocates. */

/* ---- Numbers as bytes --------------------------------------------------------- */

/* In the order of wi_dtype: the names in safetensors and in npy, where the letter is the kind of
   wi_impl_number(), and the bits of a value. All that comes after the tenth is WI_DTYPE_OTHER. */
static const struct wi_impl_format { char name[12], npy[4]; unsigned char bits; } wi_impl_formats[] = {
    {"F64", "f8", 64}, {"F32", "f4", 32}, {"F16", "f2", 16}, {"BF16", "B2", 16}, {"I64", "i8", 64},
    {"I32", "i4", 32}, {"I16", "i2", 16}, {"I8", "i1", 8}, {"U8", "u1", 8}, {"BOOL", "b1", 8},
    {"U64", "u8", 64}, {"U32", "u4", 32}, {"U16", "u2", 16}, {"C64", "c8", 64}, {"C128", "c16", 128},
    {"F8_E4M3", "", 8}, {"F8_E5M2", "", 8}, {"F8_E8M0", "", 8}, {"F8_E4M3FNUZ", "", 8},
    {"F8_E5M2FNUZ", "", 8}, {"F6_E2M3", "", 6}, {"F6_E3M2", "", 6}, {"F4", "", 4}
};
#define WI_IMPL_REAL_DTYPE (WI_IMPL_DOUBLE ? WI_DTYPE_F64 : WI_DTYPE_F32)

static size_t wi_impl_width(wi_dtype dtype)
{
    return wi_impl_formats[dtype].bits / 8;
}

/* Let a tensor whose name and shape are known view so many bytes, of the type that a word of safetensors or
   npy says. */
static wi_status wi_impl_tensor_view(wi_tensor *tensor, const char *word, int npy, const void *bytes,
                                     size_t size, const wi_impl_source *file)
{
    const char *name = npy ? "the array" : tensor->name;
    size_t f = 0, n = 1;
    while (f < WI_COUNT(wi_impl_formats)
           && strcmp(npy ? wi_impl_formats[f].npy : wi_impl_formats[f].name, word) != 0) f++;
    if (f == WI_COUNT(wi_impl_formats) || !word[0])
        return wi_impl_reject(file, WI_ERR_FORMAT, ": '%s' has the unknown dtype '%s'%s", name, word,
                              npy ? " (objects and texts are no numbers)" : "");
    for (size_t i = 0; i < tensor->dims; i++) n = wi_impl_mul(n, tensor->shape[i]);
    tensor->count = n;
    tensor->dtype = f < WI_DTYPE_OTHER ? (wi_dtype)f : WI_DTYPE_OTHER;
    tensor->bytes = bytes;
    size_t bits = wi_impl_formats[f].bits, part = bits % 8 ? 8 : 1, all = wi_impl_mul(n, bits * part / 8);
    if (all % part == 0 && all / part == size) return WI_OK;
    return wi_impl_reject(file, WI_ERR_FORMAT, ": '%s' has %zu bytes for %zu numbers of %s", name, size, n,
                          word);
}

/* Copy count values of `size` bytes between this machine's order and least significant first. */
static void wi_impl_copy_values(void *to, const void *from, size_t count, size_t size)
{
    const uint16_t one = 1;
    unsigned char *out = (unsigned char *)to, first;
    const unsigned char *in = (const unsigned char *)from;
    memcpy(&first, &one, 1);
    if (first == 1 && count > 0) memcpy(to, from, count * size);   /* they are the same on most machines */
    for (size_t i = 0; first != 1 && i < count * size; i++)
        out[i] = in[i / size * size + size - 1 - i % size];
}

static double wi_impl_tensor_at(const wi_tensor *tensor, size_t i)
{
    size_t size = wi_impl_width(tensor->dtype);
    return wi_impl_number(wi_impl_formats[tensor->dtype].npy[0],
                          (const unsigned char *)tensor->bytes + i * size, size, 0);
}

/* The first number, from 0, that is finite and too large for wi_real; the count where all fit. */
static size_t wi_impl_tensor_fits(const wi_tensor *tensor)
{
    size_t i = WI_IMPL_DOUBLE || tensor->dtype != WI_DTYPE_F64 ? tensor->count : 0;
    while (i < tensor->count) {
        double x = wi_impl_tensor_at(tensor, i);
        if (wi_impl_finite(x) && !wi_impl_fits_real(x)) break;
        i++;
    }
    return i;
}

WI_API wi_status wi_tensor_get(const wi_tensor *tensor, wi_real *out)
{
    if (!tensor || !out || (tensor->count > 0 && !tensor->bytes)) return WI_ERR_ARG;
    if ((size_t)tensor->dtype >= WI_DTYPE_OTHER) return WI_ERR_FORMAT;
    if (wi_impl_tensor_fits(tensor) < tensor->count) return WI_ERR_NUMERIC;
    if (tensor->dtype == WI_IMPL_REAL_DTYPE)
        wi_impl_copy_values(out, tensor->bytes, tensor->count, sizeof *out);
    else for (size_t i = 0; i < tensor->count; i++) out[i] = (wi_real)wi_impl_tensor_at(tensor, i);
    return WI_OK;
}

WI_API wi_status wi_tensor_shape(const wi_tensor *tensor, wi_shape *out)
{
    if (!tensor || !out) return WI_ERR_ARG;
    if (tensor->dims < 2 || tensor->dims > 4 || tensor->count == 0) return WI_ERR_SHAPE;
    const size_t *s = tensor->shape, tall = tensor->dims == 4 ? s[2] : 1;
    *out = tensor->dims == 2 ? wi_dense(s[1], s[0]) : wi_conv2d(s[1], s[0], tall, s[tensor->dims - 1]);
    return WI_OK;
}

/* ---- JSON: no recursion, no trust in a length, and the first fault ends it ----- */

typedef struct wi_impl_json {
    const wi_impl_source *file;
    wi_status status;          /* of the first fault */
    const char *at, *end;
    int python;                /* npy: single quotes too, a comma before the end, sizes in parentheses */
    wi_impl_span inside;       /* of the latest string, as it is written */
} wi_impl_json;

static wi_impl_json wi_impl_json_open(const wi_impl_source *file, size_t start, size_t size, int python)
{
    const char *at = (const char *)file->bytes + start;
    wi_impl_json json = {file, WI_OK, at, at + size, python, {NULL, NULL}};
    return json;
}

/* Say that something else should stand here. Returns 0, for `return`. */
WI_IMPL_RARE static int wi_impl_json_fail(wi_impl_json *json, const char *what)
{
    size_t byte = (size_t)(json->at - (const char *)json->file->bytes);
    json->status =
        wi_impl_reject(json->file, WI_ERR_FORMAT, ", byte %zu: the header should have %s here", byte, what);
    return 0;
}

/* Is c the next character behind white space? */
static int wi_impl_json_is(wi_impl_json *json, char c)
{
    while (json->at < json->end && *json->at != 0 && strchr(" \n\r\t", *json->at)) json->at++;
    return json->at < json->end && *json->at == c;
}

static int wi_impl_json_take(wi_impl_json *json, char c)
{
    int is = wi_impl_json_is(json, c);
    json->at += is;
    return is;
}

static int wi_impl_json_need(wi_impl_json *json, char c)
{
    const char what[4] = {'\'', c, '\'', 0};
    return wi_impl_json_take(json, c) ? 1 : wi_impl_json_fail(json, what);
}

static int wi_impl_json_end(wi_impl_json *json)
{
    (void)wi_impl_json_is(json, 0);
    return json->at == json->end ? 1 : wi_impl_json_fail(json, "its end");
}

/* Take the four hexadecimal digits of one \u. */
static uint32_t wi_impl_json_unit(wi_impl_json *json)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        const char *found = json->at < json->end && *json->at ? strchr(digits, *json->at++) : NULL;
        if (!found) return WI_IMPL_NO_CODE;
        unit = unit << 4 | ((uint32_t)(found - digits) & 15);
    }
    return unit;
}

/* Take what stands behind a backslash. Beyond the first 65536 codes, two units make one. */
static uint32_t wi_impl_json_escape(wi_impl_json *json)
{
    static const char names[] = "\"\\/bfnrt'", codes[] = "\"\\/\b\f\n\r\t'";
    const char *found = json->at < json->end && *json->at ? strchr(names, *json->at) : NULL;
    if (found) {
        json->at++;
        return (uint32_t)codes[found - names];
    }
    if (json->at == json->end || *json->at++ != 'u') return WI_IMPL_NO_CODE;
    uint32_t unit = wi_impl_json_unit(json);
    if (unit >> 11 != 27) return unit;
    if (unit >> 10 != 54 || json->end - json->at < 2 || memcmp(json->at, "\\u", 2) != 0)
        return WI_IMPL_NO_CODE;
    json->at += 2;
    uint32_t other = wi_impl_json_unit(json);
    return other >> 10 == 55 ? 0x10000 + ((unit & 1023) << 10 | (other & 1023)) : WI_IMPL_NO_CODE;
}

/* Take a string, of characters from code `least` on: 1, or 0. A text without room only measures. */
WI_IMPL_RARE static int wi_impl_json_text(wi_impl_json *json, wi_impl_text *text, uint32_t least)
{
    text->length = 0;
    if (text->capacity) text->out[0] = 0;
    const char quote = json->python && wi_impl_json_is(json, '\'') ? '\'' : '"';
    if (!wi_impl_json_take(json, quote)) return wi_impl_json_fail(json, "a string");
    json->inside.from = json->at;
    while (json->at < json->end && *json->at != quote) {
        int escape = *json->at == '\\';
        json->at += escape;
        uint32_t code = escape ? wi_impl_json_escape(json) : wi_impl_utf8(&json->at, json->end);
        if (code == WI_IMPL_NO_CODE || code < (escape ? least : ' '))
            return wi_impl_json_fail(json, "a character, and the end of a string,");
        wi_impl_put_utf8(text, code);
    }
    if (json->at == json->end) return wi_impl_json_fail(json, "the end of a string");
    json->inside.to = json->at++;
    return 1;
}

/* Go on to member n of {"key": value, ...} and take its key; 0 behind the last, and at a fault. Python lets
   the last one have a comma. */
static int wi_impl_json_member(wi_impl_json *json, wi_impl_text *key, size_t n)
{
    int more = n == 0 ? wi_impl_json_need(json, '{') : wi_impl_json_take(json, ',');
    if (n == 0 && !more) return 0;
    if (!more || ((n == 0 || json->python) && wi_impl_json_is(json, '}'))) {
        (void)wi_impl_json_need(json, '}');
        return 0;
    }
    return wi_impl_json_text(json, key, 1) && wi_impl_json_need(json, ':');
}

/* Take a whole number. One that is too large becomes the largest. */
static int wi_impl_take_whole(const char **at, const char *end, uint64_t *n)
{
    const char *from = *at;
    for (*n = 0; *at < end && **at >= '0' && **at <= '9'; ++*at) {
        uint64_t digit = (uint64_t)(**at - '0');
        *n = *n > (UINT64_MAX - digit) / 10 ? UINT64_MAX : 10 * *n + digit;
    }
    return *at > from;
}

/* Take "[1, 2, 3]", or from Python "(1,)": whole numbers, at most `most` of them. */
static int wi_impl_json_sizes(wi_impl_json *json, size_t *out, size_t most, size_t *count)
{
    char open = json->python ? '(' : '[', close = json->python ? ')' : ']';
    *count = 0;
    if (!wi_impl_json_need(json, open)) return 0;
    if (wi_impl_json_take(json, close)) return 1;
    do {
        uint64_t n;
        if (json->python && wi_impl_json_is(json, ')')) break;
        if (*count == most) return wi_impl_json_fail(json, "no further number");
        (void)wi_impl_json_is(json, 0);
        if (!wi_impl_take_whole(&json->at, json->end, &n)) return wi_impl_json_fail(json, "a whole number");
        if (n >= SIZE_MAX) return wi_impl_json_fail(json, "a smaller number");
        if (json->python && json->at < json->end && *json->at == 'L') json->at++;   /* of Python 2 */
        out[(*count)++] = (size_t)n;
    } while (wi_impl_json_take(json, ','));
    return wi_impl_json_need(json, close);
}

/* Take a word that stands without quotes. */
static int wi_impl_json_word(wi_impl_json *json, const char *word)
{
    (void)wi_impl_json_is(json, 0);
    size_t length = strlen(word);
    if ((size_t)(json->end - json->at) < length || memcmp(json->at, word, length) != 0) return 0;
    json->at += length;
    return 1;
}

/* Take the three things that a format says of a tensor, in any order. The third is where it begins and ends;
   or in npy, whether its first dimension is the fastest. */
static int wi_impl_json_tensor(wi_impl_json *json, wi_tensor *tensor, char word[16], size_t third[2])
{
    static const char *const keys[2][3] = {
        {"dtype", "shape", "data_offsets"}, {"descr", "shape", "fortran_order"}
    };
    char room[16];
    wi_impl_text key = {room, sizeof room, 0}, text = {word, 16, 0};
    size_t count = 0;
    int npy = json->python;
    const char *all = npy ? "descr, fortran_order and shape, once each,"
                          : "dtype, shape and two data_offsets, once each,";
    unsigned seen = 0;
    for (size_t n = 0; wi_impl_json_member(json, &key, n); n++) {
        unsigned k = 0;
        while (k < 3 && strcmp(keys[npy][k], room) != 0) k++;
        if (k == 3 || (seen >> k & 1)) return wi_impl_json_fail(json, all);
        seen |= 1u << k;
        if (k == 0 && wi_impl_json_is(json, '['))
            return wi_impl_json_fail(json, "one type of numbers, and no records,");
        if (k == 0) (void)wi_impl_json_text(json, &text, 1);
        else if (k == 1)
            (void)wi_impl_json_sizes(json, tensor->shape, WI_COUNT(tensor->shape), &tensor->dims);
        else if (!npy) (void)wi_impl_json_sizes(json, third, 2, &count);
        else if (!(third[0] = (size_t)wi_impl_json_word(json, "True")) && !wi_impl_json_word(json, "False"))
            return wi_impl_json_fail(json, "True or False");
        if (json->status != WI_OK) return 0;
    }
    if (json->status != WI_OK) return 0;
    return seen == 7 && (npy || count == 2) ? 1 : wi_impl_json_fail(json, all);
}

/* ---- A header of safetensors --------------------------------------------------- */

/* The words of the metadata that are ours. */
enum {
    WI_IMPL_WORD_SEED, WI_IMPL_WORD_INPUT, WI_IMPL_WORD_BATCH, WI_IMPL_WORD_LAYERS, WI_IMPL_WORD_LOSS,
    WI_IMPL_WORD_X, WI_IMPL_WORD_X_STD, WI_IMPL_WORD_Y, WI_IMPL_WORD_Y_STD, WI_IMPL_WORD_CLASSES,
    WI_IMPL_WORD_COUNT
};
static const char *const wi_impl_keys[] = {
    "seed", "input", "batch", "layers", "loss", "x.mean", "x.std", "y.mean", "y.std", "classes"
};

typedef struct wi_impl_reader {
    wi_impl_json json;
    const unsigned char *data;      /* behind the header */
    size_t size, members;           /* of the data; of the header read so far */
    uint64_t balance;               /* see wi_impl_mix() */
    int metadata;                   /* seen? */
    wi_impl_span words[WI_IMPL_WORD_COUNT];   /* zero: it is not there */
    wi_impl_text key;               /* the latest member's name */
    char room[80];
} wi_impl_reader;

/* Scramble a number (the finaliser of SplitMix64; Steele, Lea and Flood 2014). Two lists hold the same
   numbers, in whatever order, if the sums of their scrambled numbers agree. So tensors fill n bytes, each
   once, if their begins and n are, as a list, their ends and 0: from any end but the last another tensor goes
   on. By accident they do so once in 2^64; whoever makes them on purpose gains an overlap within the data. */
static uint64_t wi_impl_mix(uint64_t x)
{
    x = (x + UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

static wi_status wi_impl_reader_open(wi_impl_reader *reader, const wi_impl_source *file)
{
    size_t size = file->size;
    uint64_t header = 0;
    memset(reader, 0, sizeof *reader);
    if (size < 8)
        return wi_impl_reject(file, WI_ERR_FORMAT, ", byte %zu: ends before the length of its header", size);
    for (size_t i = 8; i-- > 0;) header = header << 8 | file->bytes[i];
    if (header > size - 8 || header > 100000000)
        return wi_impl_reject(file, WI_ERR_FORMAT, ", byte 0: not a safetensors file, or cut short: a header "
                              "longer than %s there are", header > size - 8 ? "the bytes" : "100 MB, which");
    reader->json = wi_impl_json_open(file, 8, (size_t)header, 0);
    reader->data = file->bytes + 8 + (size_t)header;
    reader->size = size - 8 - (size_t)header;
    reader->balance = wi_impl_mix(reader->size) - wi_impl_mix(0);
    reader->key.out = reader->room;
    reader->key.capacity = sizeof reader->room;
    return WI_OK;
}

/* Take {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, and check what it says. */
static int wi_impl_reader_tensor(wi_impl_reader *reader, wi_tensor *tensor)
{
    wi_impl_json *json = &reader->json;
    char word[16];
    size_t at[2];
    memset(tensor, 0, sizeof *tensor);
    tensor->name = reader->key.out;
    if (!wi_impl_json_tensor(json, tensor, word, at)) return 0;
    if (at[0] > at[1] || at[1] > reader->size)
        json->status = wi_impl_reject(json->file, WI_ERR_FORMAT, ": '%s' is at %zu to %zu of %zu bytes of "
                                      "data", tensor->name, at[0], at[1], reader->size);
    else
        json->status = wi_impl_tensor_view(tensor, word, 0, reader->data + at[0], at[1] - at[0], json->file);
    reader->balance += wi_impl_mix(at[0]) - wi_impl_mix(at[1]);
    return json->status == WI_OK;
}

/* Take the metadata, texts by name, and note where ours are. */
static int wi_impl_reader_words(wi_impl_reader *reader)
{
    wi_impl_json *json = &reader->json;
    char room[16];
    wi_impl_text key = {room, sizeof room, 0}, value = {NULL, 0, 0};
    if (reader->metadata++) return wi_impl_json_fail(json, "no second __metadata__");
    if (wi_impl_json_word(json, "null")) return 1;
    for (size_t n = 0; wi_impl_json_member(json, &key, n); n++) {
        size_t w = 0;
        if (!wi_impl_json_text(json, &value, 0)) return 0;
        while (w < WI_IMPL_WORD_COUNT && strcmp(wi_impl_keys[w], room) != 0) w++;
        if (w == WI_IMPL_WORD_COUNT) continue;
        if (reader->words[w].from) return wi_impl_json_fail(json, "no word twice");
        reader->words[w] = json->inside;
    }
    return json->status == WI_OK;
}

/* Go on to the next tensor; 0 at the end, and where json.status says what is wrong. */
WI_IMPL_RARE static int wi_impl_reader_next(wi_impl_reader *reader, wi_tensor *tensor)
{
    wi_impl_json *json = &reader->json;
    while (wi_impl_json_member(json, &reader->key, reader->members++)) {
        if (strcmp(reader->key.out, "__metadata__") != 0) return wi_impl_reader_tensor(reader, tensor);
        if (!wi_impl_reader_words(reader)) return 0;
    }
    if (json->status != WI_OK || !wi_impl_json_end(json)) return 0;
    if (reader->balance != 0)
        json->status = wi_impl_reject(json->file, WI_ERR_FORMAT, ": the tensors do not fill its %zu bytes of "
                                      "data, each once: a hole or an overlap", reader->size);
    return 0;
}

/* ---- What we store: a walk over slots ------------------------------------------- */

/* What goes into a file, or comes out of one: a network, an optimiser, or both; for a training run also a few
   numbers and the best weights so far. */
typedef struct wi_impl_file {
    const wi_net *net;                         /* or NULL */
    const wi_opt *opt;                         /* or NULL */
    const void *model;                         /* the wi_model that net belongs to, or NULL */
    const void *run;                           /* the wi_trainer that net and opt belong to, or NULL */
    void *whose;                               /* for reading: the optimiser or the run */
    wi_real *best;                             /* [best_length] */
    size_t best_length;
    int has_best;                              /* 0: there is memory, but nothing in it yet */
    uint64_t counts[13];
    double numbers[9];
    size_t count_count, number_count;
} wi_impl_file;

WI_IMPL_RARE static wi_impl_file wi_impl_file_of(const wi_net *net, const wi_opt *opt)
{
    wi_impl_file file;
    memset(&file, 0, sizeof file);
    file.net = net;
    file.opt = opt;
    file.counts[0] = opt ? opt->step : 0;
    file.count_count = 1;
    return file;
}

#ifndef WI_IMPL_NO_TRAIN
/* Copy what a run must remember into a file, or back. It is little: the order of samples and all noise follow
   from seed and step. The first four counts are seed, batch, samples, and whether it has stopped. */
WI_IMPL_RARE static void wi_impl_run_fields(wi_impl_file *file, wi_trainer *run, int back)
{
    wi_progress *progress = &run->progress;
    wi_rng *noise = &run->net->noise;
    size_t *sizes[] = {&progress->step, &progress->epoch, &run->opt.step, &run->loss_count, &run->waited};
    uint64_t *words[] = {&run->net->seed, &noise->seed, &noise->stream, &noise->index};
    uint64_t *count = file->counts + 4;
    double *numbers[] = {&progress->loss, &progress->grad_norm, &progress->rate, &progress->valid.loss,
                         &progress->valid.accuracy, &progress->valid.r2, &progress->valid.mae, &run->loss_sum,
                         &run->best_loss};
    if (back) run->stopped = file->counts[3] != 0;
    for (size_t i = 0; i < WI_COUNT(sizes); i++, count++) {
        if (back) *sizes[i] = (size_t)*count;
        else *count = *sizes[i];
    }
    for (size_t i = 0; i < WI_COUNT(words); i++, count++)
        *(back ? words[i] : count) = *(back ? count : words[i]);
    for (size_t i = 0; i < WI_COUNT(numbers); i++)
        *(back ? numbers[i] : file->numbers + i) = *(back ? file->numbers + i : numbers[i]);
    file->count_count = (size_t)(count - file->counts);
    file->number_count = WI_COUNT(numbers);
}

WI_IMPL_RARE static wi_impl_file wi_impl_trainer_file(const wi_trainer *run)
{
    wi_impl_file file = wi_impl_file_of(run ? run->net : NULL, run && run->net ? &run->opt : NULL);
    if (!file.net) return file;
    wi_trainer copy = *run;
    file.run = run;
    file.counts[0] = run->desc.seed;
    file.counts[1] = run->desc.batch;
    file.counts[2] = run->data->x.rows;
    file.counts[3] = run->stopped != 0;
    wi_impl_run_fields(&file, &copy, 0);
    file.best = run->best;
    file.best_length = file.net->param_count + file.net->state_count;
    file.has_best = run->best_loss < DBL_MAX;   /* until then nothing has been written there */
    return file;
}

/* Do the numbers that were read belong to this run? */
static wi_status wi_impl_run_check(const wi_impl_file *file, const wi_impl_source *source)
{
    const wi_trainer *run = (const wi_trainer *)file->run;
    const uint64_t *c = file->counts;
    size_t steps = run->progress.steps;
    if (c[0] != run->desc.seed || c[1] != run->desc.batch || c[2] != run->data->x.rows)
        return wi_impl_reject(source, WI_ERR_SHAPE,
                              ": of a run with another seed, batch or number of samples");
    if (c[4] > steps || c[5] > c[4] || c[6] > c[4])
        return wi_impl_reject(source, WI_ERR_SHAPE, ": past the last of this run's %zu steps", steps);
    return WI_OK;
}
#endif

typedef struct wi_impl_slot {
    char name[32];                             /* "12.weight" */
    wi_dtype dtype;
    size_t dims, shape[4], count;
    void *data;                                /* [count]; NULL: zeros are stored, and nothing is read */
    size_t layer, begin;                       /* whose it is; where it begins in the data */
    unsigned bit;                              /* its mark among those of the layer */
    int real;                                  /* the dtype is that of wi_real */
} wi_impl_slot;

/* Where a walk is: slots of eight bytes go first, so that all numbers in a file are aligned. Modules count as
   nn.Sequential counts them: each layer is one, and so are its activation and an nn.Flatten between an image
   and a dense layer. */
typedef struct wi_impl_walk {
    wi_impl_file *file;
    int round, flat;                           /* 1: real numbers; 0 while a sample is an image */
    size_t layer, part, module, begin;         /* module: the next one's number */
} wi_impl_walk;

static void wi_impl_walk_start(wi_impl_walk *walk, wi_impl_file *file, int round)
{
    walk->file = file;
    walk->round = round;
    walk->flat = file->net && file->net->input.height == 1 && file->net->input.width == 1;
    walk->layer = walk->part = walk->module = 0;
    if (round == 0) walk->begin = 0;
}

/* Part 0 to 4 of a layer. A slot comes as an empty row of real numbers, and one that stays empty does not
   exist. */
WI_IMPL_RARE static const char *wi_impl_layer_slot(const wi_layer *layer, int flat, size_t part,
                                                   wi_impl_slot *slot)
{
    static const char *const names[] = {"weight", "bias", "running_mean", "running_var",
                                        "num_batches_tracked"};
    const wi_layer_desc *desc = &layer->desc;
    size_t features = layer->b.cols, k = desc->kernel, *shape = slot->shape;
    if ((part == 0 && layer->param_count == features) || (part > 1 && layer->state_count == 0))
        return NULL;   /* no weights of its own; no running statistics */
    slot->data = part == 0 ? layer->w.data : part == 1 ? layer->b.data : layer->state;
    if (part == 3) slot->data = layer->state + features;   /* variances stand behind the means */
    shape[0] = part == 0 ? layer->w.cols : features;
    if (part == 4) {   /* only PyTorch counts */
        slot->dtype = WI_DTYPE_I64;
        slot->data = NULL;
        slot->dims = 0;
    } else if (desc->kind == WI_LAYER_LAYER_NORM && !flat) {
        memcpy(shape, &layer->in, sizeof layer->in);
        slot->dims = 3;
    } else if (part == 0 && wi_impl_has_weights(layer)) {
        shape[0] = layer->w.rows;
        shape[1] = k > 0 ? layer->in.channels / desc->groups : layer->w.cols;
        shape[2] = shape[3] = k;
        slot->dims = k > 0 ? 4 : 2;
    }
    return names[part];
}

/* Part 0 to 4 of an optimiser or a run. */
WI_IMPL_RARE static const char *wi_impl_opt_slot(wi_impl_file *file, size_t part, wi_impl_slot *slot)
{
    static const char *const names[] = {"counts", "numbers", "m", "v", "best"};
    const wi_opt *opt = file->opt;
    void *const data[] = {file->counts, file->numbers, opt->m, opt->v, file->has_best ? file->best : NULL};
    const size_t counts[] = {file->count_count, file->number_count, opt->m ? opt->n : 0, opt->v ? opt->n : 0,
                             file->best ? file->best_length : 0};
    if (part < 2) slot->dtype = part == 0 ? WI_DTYPE_I64 : WI_DTYPE_F64;
    slot->data = data[part];
    slot->shape[0] = counts[part];
    return names[part];
}

/* Go on to the next slot; 0 behind the last. */
WI_IMPL_RARE static int wi_impl_walk_next(wi_impl_walk *walk, wi_impl_slot *slot)
{
    wi_impl_file *file = walk->file;
    size_t layers = file->net ? file->net->layer_count : 0;
    for (; walk->layer < layers + (file->opt != NULL); walk->layer++, walk->part = 0) {
        const wi_layer *layer = walk->layer < layers ? &file->net->layers[walk->layer] : NULL;
        int dense = layer && layer->desc.kind == WI_LAYER_DENSE;
        int flat = dense || (walk->flat && !(layer && layer->desc.kind == WI_LAYER_CONV2D));
        size_t module = walk->module + (dense && !walk->flat);
        while (walk->part < 5) {
            wi_impl_text text = {slot->name, sizeof slot->name, 0};
            memset(slot, 0, sizeof *slot);
            slot->layer = walk->layer;
            slot->bit = 1u << walk->part;
            slot->real = layer ? walk->part < 4 : walk->part > 1;
            slot->dtype = WI_IMPL_REAL_DTYPE;
            slot->dims = slot->count = 1;
            const char *part = layer ? wi_impl_layer_slot(layer, flat, walk->part++, slot)
                                     : wi_impl_opt_slot(file, walk->part++, slot);
            for (size_t d = 0; d < slot->dims; d++) slot->count *= slot->shape[d];
            if (slot->count == 0 || slot->real != walk->round) continue;
            if (layer) wi_impl_print(&text, "%zu.%s", module, part);
            else wi_impl_print(&text, "%s.%s", file->run ? "trainer" : "opt", part);
            slot->begin = walk->begin;
            walk->begin = wi_impl_add(walk->begin, wi_impl_mul(slot->count, wi_impl_width(slot->dtype)));
            return 1;
        }
        walk->flat = flat;
        if (layer) walk->module = module + 1 + (layer->desc.kind != WI_LAYER_ACT
                                                && layer->desc.act.kind != WI_ACT_LINEAR);
    }
    if (walk->round == 1) return 0;
    wi_impl_walk_start(walk, file, 1);
    return wi_impl_walk_next(walk, slot);
}

/* ---- Layers in words ------------------------------------------------------------
   "conv2d 8 kernel 5 padding 2 relu; weights he_normal; bias zeros | dense 10 linear; ...": up to the first
   semicolon what must agree where a network is loaded; behind it what only making the layer anew takes. */

/* Cut off what stands before the next separator, without the blanks around it. */
static wi_impl_span wi_impl_cut(wi_impl_span *rest, char separator)
{
    wi_impl_span part = *rest;
    while (part.from < part.to && *part.from == ' ') part.from++;
    const char *at = part.from;
    while (at < part.to && *at != separator) at++;
    rest->from = at < part.to ? at + 1 : rest->to;
    part.to = at;
    while (part.from < part.to && part.to[-1] == ' ') part.to--;
    return part;
}

/* A number by as few digits as give it back: 6 or 17. */
static void wi_impl_put_exact(wi_impl_text *text, double x)
{
    char room[40];
    double back = x;
    for (int digits = 6; digits == 6 || back < x || back > x; digits += 11) {
        wi_impl_text number = {room, sizeof room, 0};
        wi_impl_put_number(&number, x, digits);
        (void)wi_impl_parse_number(room, room + number.length, &back);
    }
    wi_impl_put_string(text, room);
}

/* Put a name as one word that needs no escaping. */
static void wi_impl_put_word(wi_impl_text *text, const char *s)
{
    for (; *s; s++) wi_impl_put(text, *s <= ' ' || *s > '~' || strchr("\"\\;|", *s) ? '?' : *s);
}

static void wi_impl_put_layer(wi_impl_text *text, const wi_layer_desc *given)
{
    wi_layer_desc desc = *given;
    int weighs = (wi_impl_kind_of(desc.kind)->fields & WI_IMPL_UNITS) != 0;
    size_t stride = weighs ? 1 : desc.kernel;
    if (desc.stride == stride) desc.stride = 0;   /* the default in one spelling */
    if (desc.groups == 1) desc.groups = 0;
    if (desc.from == 1) desc.from = 0;
    wi_impl_put_string(text, wi_layer_kind_name(desc.kind));
    for (size_t i = 0; i < WI_COUNT(wi_impl_layer_sizes); i++) {
        size_t value;
        memcpy(&value, (const char *)&desc + wi_impl_layer_sizes[i].offset, sizeof value);
        if (!value) continue;
        if (i > 0) wi_impl_print(text, " %s", wi_impl_layer_sizes[i].name);
        wi_impl_print(text, " %zu", value);
    }
    if (desc.no_bias) wi_impl_put_string(text, " no_bias");
    if (desc.act.kind == WI_ACT_LINEAR && !weighs) return;
    wi_impl_put(text, ' ');
    wi_impl_put_word(text, wi_act_name(desc.act));
    if (desc.act.kind >= WI_ACT_CUSTOM || wi_impl_acts[desc.act.kind].preset == 0) return;
    wi_impl_put(text, ':');
    wi_impl_put_exact(text, desc.act.param);
}

static void wi_impl_put_origin(wi_impl_text *text, const wi_net *net, size_t index)
{
    const wi_layer *layer = &net->layers[index];
    const wi_layer_desc *desc = &layer->desc;
    char recipe[160];
    int rated = wi_impl_kind_of(desc->kind)->fields & WI_IMPL_RATE;
    const double numbers[2] = {rated ? desc->rate : 0, desc->step_scale};
    for (int i = 0; i < 2; i++)
        if (numbers[i] > 0) {
            wi_impl_put_string(text, i ? "; step_scale " : "; rate ");
            wi_impl_put_exact(text, numbers[i]);
        }
    if (desc->frozen) wi_impl_put_string(text, "; frozen");
    for (int bias = 0; bias < 2; bias++) {
        if (bias ? layer->b.cols == 0 : layer->param_count == layer->b.cols) continue;
        wi_impl_put_string(text, bias ? "; bias " : "; weights ");
        wi_impl_put_word(text, wi_recipe_text(wi_impl_recipe_of(net, index, bias), recipe, sizeof recipe));
    }
}

/* ---- Writing --------------------------------------------------------------------- */

#ifndef WI_IMPL_NO_TRAIN
static void wi_impl_put_model(wi_impl_text *text, const wi_model *model)
{
    wi_impl_print(text, ",\"loss\":\"%s\"", wi_loss_name(model->loss));
    for (int s = 0; s < 4; s++) {
        const wi_scaler *scaler = s < 2 ? &model->x : &model->y;
        if (scaler->count == 0) continue;
        wi_impl_print(text, ",\"%s\":\"", wi_impl_keys[WI_IMPL_WORD_X + s]);
        for (size_t i = 0; i < scaler->count; i++) {
            if (i > 0) wi_impl_put(text, ' ');
            wi_impl_put_number(text, (double)(s % 2 ? scaler->std : scaler->mean)[i],
                               WI_IMPL_DOUBLE ? 17 : 9);
        }
        wi_impl_put(text, '"');
    }
    if (model->class_count == 0) return;
    wi_impl_put_string(text, ",\"classes\":\"");
    for (size_t c = 0; c < model->class_count; c++) {
        for (const char *at = model->classes[c], *end = at + strlen(at); at < end;)
            wi_impl_put_json(text, &at, end);
        wi_impl_put_string(text, "\\u0000");   /* the one character that is in no name */
    }
    wi_impl_put(text, '"');
}
#endif

static void wi_impl_put_sizes(wi_impl_text *text, const size_t *sizes, size_t count)
{
    wi_impl_put(text, '[');
    for (size_t i = 0; i < count; i++) wi_impl_print(text, i ? ", %zu" : "%zu", sizes[i]);
    wi_impl_put(text, ']');
}

/* Write the JSON, and return how many bytes of data follow. */
WI_IMPL_RARE static size_t wi_impl_put_header(wi_impl_text *text, wi_impl_file *file)
{
    const wi_net *net = file->net;
    wi_impl_print(text, "{\"__metadata__\":{\"format\":\"pt\",\"producer\":\"winit.h %s\"", wi_version());
    if (net) {
        wi_impl_put_string(text, ",\"seed\":\"");
        wi_impl_put_size(text, net->seed);
        wi_impl_print(text, "\",\"input\":\"%zu %zu %zu\",\"batch\":\"%zu\",\"layers\":\"",
                      net->input.channels, net->input.height, net->input.width, net->max_batch);
        for (size_t l = 0; l < net->layer_count; l++) {
            if (l > 0) wi_impl_put_string(text, " | ");
            wi_impl_put_layer(text, &net->layers[l].desc);
            wi_impl_put_origin(text, net, l);
        }
        wi_impl_put(text, '"');
    }
#ifndef WI_IMPL_NO_TRAIN
    if (file->model) wi_impl_put_model(text, (const wi_model *)file->model);
#endif
    wi_impl_put(text, '}');

    wi_impl_walk walk;
    wi_impl_slot slot;
    for (wi_impl_walk_start(&walk, file, 0); wi_impl_walk_next(&walk, &slot);) {
        wi_impl_print(text, ",\"%s\":{\"dtype\":\"%s\",\"shape\":", slot.name,
                      wi_impl_formats[slot.dtype].name);
        wi_impl_put_sizes(text, slot.shape, slot.dims);
        wi_impl_print(text, ",\"data_offsets\":[%zu,%zu]}", slot.begin, walk.begin);
    }
    wi_impl_put(text, '}');
    return walk.begin;
}

/* Write a whole file; without a buffer only say how large it is. */
WI_IMPL_RARE static wi_status wi_impl_write(void *what, void *buffer, size_t capacity, size_t *size)
{
    wi_impl_file *file = (wi_impl_file *)what;
    if ((file->net ? !file->net->layers : !file->opt) || !size) return WI_ERR_ARG;
    /* Measure the header, and fill it up with at least one space to a multiple of 8. */
    wi_impl_text text = {NULL, 0, 0};
    size_t data = wi_impl_put_header(&text, file);
    size_t header = (text.length / 8 + 1) * 8, needed = wi_impl_add(8 + header, data);
    if (buffer && capacity < needed) return WI_ERR_SHAPE;
    *size = needed;
    if (!buffer) return WI_OK;

    unsigned char *out = (unsigned char *)buffer;
    uint64_t length = header;
    wi_impl_copy_values(out, &length, 1, 8);
    memset(out + 8, ' ', header);
    text.out = (char *)out + 8;
    text.capacity = header;
    text.length = 0;
    (void)wi_impl_put_header(&text, file);
    out[8 + text.length] = ' ';   /* over the text's closing zero */

    wi_impl_walk walk;
    wi_impl_slot slot;
    for (wi_impl_walk_start(&walk, file, 0); wi_impl_walk_next(&walk, &slot);) {
        unsigned char *to = out + 8 + header + slot.begin;
        if (slot.data) wi_impl_copy_values(to, slot.data, slot.count, wi_impl_width(slot.dtype));
        else memset(to, 0, slot.count * wi_impl_width(slot.dtype));
    }
    return WI_OK;
}

/* ---- Reading into slots ----------------------------------------------------------- */

/* Find the slot of a name, first from where the last one was found on: files mostly go on there. */
static int wi_impl_find_slot(wi_impl_walk *walk, const char *name, wi_impl_slot *slot)
{
    for (int all = 0; all < 2; all++) {
        while (wi_impl_walk_next(walk, slot))
            if (strcmp(slot->name, name) == 0) {
                walk->part = 0;   /* PyTorch has a layer's bias before its weight */
                return 1;
            }
        wi_impl_walk_start(walk, walk->file, 0);
    }
    return 0;
}

/* Does a tensor fit a slot? Real numbers may have another width; whole ones may not. */
static wi_status wi_impl_slot_check(const wi_impl_slot *slot, const wi_tensor *tensor,
                                    const wi_impl_source *file)
{
    if (tensor->dtype != slot->dtype && !(slot->real && tensor->dtype <= WI_DTYPE_BF16))
        return wi_impl_reject(file, WI_ERR_FORMAT, ": '%s' has a dtype that is not %s", tensor->name,
                              slot->real ? "F64, F32, F16 or BF16" : wi_impl_formats[slot->dtype].name);
    int same = tensor->dims == slot->dims;
    for (size_t i = 0; same && i < slot->dims; i++) same = tensor->shape[i] == slot->shape[i];
    size_t bad = same && slot->real ? wi_impl_tensor_fits(tensor) : tensor->count;
    if (bad < tensor->count)
        return wi_impl_reject(file, WI_ERR_NUMERIC, ": '%s' has %g as number %zu, which is too large for "
                              "float", tensor->name, wi_impl_tensor_at(tensor, bad), bad + 1);
    if (same) return WI_OK;
    char there[200], here[100];
    wi_impl_text there_text = {there, sizeof there, 0}, here_text = {here, sizeof here, 0};
    wi_impl_put_sizes(&there_text, tensor->shape, tensor->dims);
    wi_impl_put_sizes(&here_text, slot->shape, slot->dims);
    return wi_impl_reject(file, WI_ERR_SHAPE, ": '%s' is %s, should be %s", tensor->name, there, here);
}

static void wi_impl_slot_load(const wi_impl_slot *slot, const wi_tensor *tensor)
{
    if (!slot->data) return;
    if (slot->real) (void)wi_tensor_get(tensor, (wi_real *)slot->data);
    else wi_impl_copy_values(slot->data, tensor->bytes, slot->count, wi_impl_width(slot->dtype));
}

/* Is this the text of that layer? Its number may have other last digits, of a build that rounds otherwise. */
static int wi_impl_layer_is(wi_impl_span what, const char *layer)
{
    const char *end = layer + strlen(layer);
    size_t name = strcspn(layer, ":") + 1;
    double there, here;
    if (wi_impl_span_is(what, layer)) return 1;
    return name < (size_t)(end - layer) && name < (size_t)(what.to - what.from)
           && memcmp(what.from, layer, name) == 0 && wi_impl_parse_number(layer + name, end, &here)
           && wi_impl_parse_number(what.from + name, what.to, &there) && there == here;
}

/* Are the layers that a file describes the network's? Asked once: the word is used up. */
static wi_status wi_impl_layers_check(const wi_net *net, wi_impl_reader *reader)
{
    wi_impl_span *rest = &reader->words[WI_IMPL_WORD_LAYERS];
    size_t count = 0;
    while (rest->from < rest->to) {
        char here[200], there[91];
        wi_impl_text text = {here, sizeof here, 0};
        wi_impl_span layer = wi_impl_cut(rest, '|'), what = wi_impl_cut(&layer, ';');
        if (count++ >= net->layer_count) continue;
        wi_impl_put_layer(&text, &net->layers[count - 1].desc);
        if (text.length >= sizeof here && what.from + text.length == what.to)
            what.to = what.from + sizeof here - 1;   /* of a long name the beginning will do */
        if (wi_impl_layer_is(what, here)) continue;
        here[90] = 0;
        return wi_impl_reject(reader->json.file, WI_ERR_SHAPE, ": layer %zu of the file is %s, here %s",
                              count, wi_impl_span_text(what, there, sizeof there), here);
    }
    if (count == 0 || count == net->layer_count) return WI_OK;
    return wi_impl_reject(reader->json.file, WI_ERR_SHAPE, ": has %zu layers, but the network %zu", count,
                          net->layer_count);
}

/* Check a tensor against its slot, which gets a mark; or without marks, load it. Numbers of a run are loaded
   at once: into the wi_impl_file, to be looked at. */
WI_IMPL_RARE static wi_status wi_impl_read_tensor(wi_impl_walk *walk, const wi_tensor *tensor,
                                                  unsigned char *marks, const wi_impl_source *file)
{
    wi_impl_slot slot;
    wi_status status = WI_OK;
    if (!wi_impl_find_slot(walk, tensor->name, &slot))
        return wi_impl_reject(file, WI_ERR_SHAPE, ": '%s' has no place in this %s", tensor->name,
                              !walk->file->net ? "optimiser"
                              : strncmp(tensor->name, "trainer.", 8) != 0 ? "network"
                              : walk->file->run ? "run: the checkpoint is of another optimiser or plan"
                                                : "network: wi_net_take() takes one from a checkpoint");
    if (marks) {
        if (marks[slot.layer] & slot.bit)
            return wi_impl_reject(file, WI_ERR_FORMAT, ": '%s' is there twice", tensor->name);
        marks[slot.layer] |= (unsigned char)slot.bit;
        status = wi_impl_slot_check(&slot, tensor, file);
    }
    if (status == WI_OK && (!marks || !slot.real)) wi_impl_slot_load(&slot, tensor);
    return status;
}

/* Go through a file twice: do all of its tensors fit, and every slot get its mark? Only then, load, and give
   the numbers besides to the optimiser or run whose they are. */
WI_IMPL_RARE static wi_status wi_impl_read(void *what, const wi_impl_source *source)
{
    wi_impl_file *file = (wi_impl_file *)what;
    const wi_net *net = file->net;
    if ((net ? !net->layers : !file->opt) || !source->bytes)
        return wi_impl_fail(source->error, WI_ERR_ARG, "what should be read into, or the bytes, are NULL");
    wi_status status = net ? wi_impl_check_own(net, source->error) : WI_OK;
    file->has_best = 1;   /* is going to have it */
    unsigned char one[1], *marks = net ? net->reached : one;
    memset(marks, 0, net ? net->layer_count + 1 : 1);
    for (int load = 0; status == WI_OK && load < 2; load++) {
        wi_impl_reader reader;
        wi_tensor tensor;
        wi_impl_walk walk;
        wi_impl_slot slot;
        wi_impl_walk_start(&walk, file, 0);
        status = wi_impl_reader_open(&reader, source);
        for (int more = 1; status == WI_OK && more;) {
            more = wi_impl_reader_next(&reader, &tensor);
            status = reader.json.status;
            if (status == WI_OK && net && !load) status = wi_impl_layers_check(net, &reader);
            if (status == WI_OK && more)
                status = wi_impl_read_tensor(&walk, &tensor, load ? NULL : marks, source);
        }
        for (wi_impl_walk_start(&walk, file, 0); status == WI_OK && wi_impl_walk_next(&walk, &slot);)
            if (slot.dims > 0 && !(marks[slot.layer] & slot.bit))
                status = wi_impl_reject(source, WI_ERR_SHAPE, ": '%s' is missing%s", slot.name,
                                        file->run && slot.real && slot.layer == net->layer_count
                                            ? ": the checkpoint is of another optimiser or plan" : "");
#ifndef WI_IMPL_NO_TRAIN
        if (status == WI_OK && file->run && !load) status = wi_impl_run_check(file, source);
#endif
    }
    if (status != WI_OK) return status;
#ifndef WI_IMPL_NO_TRAIN
    if (file->run) wi_impl_run_fields(file, (wi_trainer *)file->whose, 1);
#endif
    if (file->opt && !file->run) ((wi_opt *)file->whose)->step = (size_t)file->counts[0];
    return wi_impl_ok(source->error);
}

WI_API WI_IMPL_OPAQUE wi_status wi_net_take(wi_net *net, const wi_tensors *tensors, const char *prefix,
                                            wi_error *error)
{
    if (!tensors) return wi_impl_fail(error, WI_ERR_ARG, "wi_net_take: tensors is NULL");
    wi_status status = wi_impl_check_own(net, error);
    wi_impl_file file = wi_impl_file_of(net, NULL);
    wi_impl_source source = wi_impl_buffer("tensors", NULL, 0, error);
    for (int load = 0; status == WI_OK && load < 2; load++) {
        wi_impl_walk walk;
        wi_impl_slot slot;
        for (wi_impl_walk_start(&walk, &file, 0); status == WI_OK && wi_impl_walk_next(&walk, &slot);) {
            char name[400];
            wi_impl_text text = {name, sizeof name, 0};
            for (const char *c = prefix ? prefix : ""; *c; c++) wi_impl_put(&text, *c);
            wi_impl_put_string(&text, slot.name);
            const wi_tensor *tensor = text.length < sizeof name ? wi_tensors_find(tensors, name) : NULL;
            if (load && tensor) wi_impl_slot_load(&slot, tensor);
            else if (tensor) status = wi_impl_slot_check(&slot, tensor, &source);
            else if (slot.dims > 0)
                status = wi_impl_fail(error, WI_ERR_SHAPE, "there is no tensor '%s'", name);
        }
    }
    return status == WI_OK ? wi_impl_ok(error) : status;
}

/* A network, an optimiser and a run each go four ways. */
#define WI_IMPL_MEMORY_FORMS(thing, OF)                                                                     \
    WI_API WI_IMPL_OPAQUE wi_status wi_##thing##_write(const wi_##thing *thing, void *buffer,               \
                                                       size_t capacity, size_t *size)                       \
    {                                                                                                       \
        wi_impl_file file = OF;                                                                             \
        return wi_impl_write(&file, buffer, capacity, size);                                                \
    }                                                                                                       \
    WI_API WI_IMPL_OPAQUE wi_status wi_##thing##_read(wi_##thing *thing, const void *buffer, size_t size,   \
                                                      wi_error *error)                                      \
    {                                                                                                       \
        wi_impl_file file = OF;                                                                             \
        wi_impl_source source = wi_impl_buffer("buffer", buffer, size, error);                              \
        file.whose = thing;                                                                                 \
        return wi_impl_read(&file, &source);                                                                \
    }
#define WI_IMPL_FILE_FORMS(thing, OF)                                                                       \
    WI_API WI_IMPL_OPAQUE wi_status wi_##thing##_save(const wi_##thing *thing, const char *path,            \
                                                      wi_error *error)                                      \
    {                                                                                                       \
        wi_impl_file file = OF;                                                                             \
        return wi_impl_save(wi_impl_write, &file, path, error);                                             \
    }                                                                                                       \
    WI_API WI_IMPL_OPAQUE wi_status wi_##thing##_load(wi_##thing *thing, const char *path, wi_error *error) \
    {                                                                                                       \
        wi_impl_file file = OF;                                                                             \
        file.whose = thing;                                                                                 \
        return wi_impl_load(wi_impl_read, thing ? &file : NULL, path, error);                               \
    }

WI_IMPL_MEMORY_FORMS(net, wi_impl_file_of(net, NULL))
WI_IMPL_MEMORY_FORMS(opt, wi_impl_file_of(NULL, opt))
#ifndef WINIT_NO_STDIO
WI_IMPL_FILE_FORMS(net, wi_impl_file_of(net, NULL))
WI_IMPL_FILE_FORMS(opt, wi_impl_file_of(NULL, opt))
#endif
#ifndef WI_IMPL_NO_TRAIN
WI_IMPL_MEMORY_FORMS(trainer, wi_impl_trainer_file(trainer))
#ifndef WINIT_NO_STDIO
WI_IMPL_FILE_FORMS(trainer, wi_impl_trainer_file(trainer))
#endif

/* ---- Models ----------------------------------------------------------------------------
   A model's file is that of its network, with more words. Reading goes through the words first, makes the
   network that they describe, and then reads it as any other. */

WI_API void wi_model_destroy(wi_model *model)
{
    if (!model) return;
    wi_net_destroy(&model->net);
    wi_scaler_destroy(&model->x);
    wi_scaler_destroy(&model->y);
    if (model->owned) WINIT_FREE(model->owned);
    memset(model, 0, sizeof *model);
}

/* Can every number be standardised by this scaler, after `first` where there is one, and brought back? Then,
   if so told, store what the two come to in the first. */
static wi_status wi_impl_scaler_check(wi_scaler *first, const wi_scaler *scaler, int store, const char *whose,
                                      wi_error *error)
{
    if (scaler->count && (!scaler->mean || !scaler->std))
        return wi_impl_fail(error, WI_ERR_ARG, "the scaler of the %s has a count, but no numbers", whose);
    for (size_t i = 0; i < scaler->count; i++) {
        WI_IMPL_STORED wi_real mean = scaler->mean[i], std = scaler->std[i];
        if (first) {
            mean = first->mean[i] + first->std[i] * mean;
            std = first->std[i] * std;
        }
        if (!wi_impl_finite((double)mean) || !wi_impl_finite((double)std) || !(std > 0))
            return wi_impl_fail(error, WI_ERR_ARG, "the scaler%s of the %s %s mean %g and deviation %g for "
                                "number %zu of %zu: both must be finite, and the deviation above 0",
                                first ? "s" : "", whose, first ? "come to" : "has", (double)mean, (double)std,
                                i + 1, scaler->count);
        if (!store) continue;
        first->mean[i] = mean;
        first->std[i] = std;
    }
    return WI_OK;
}

/* Is there a loss, and do the scalers fit it and the network? */
WI_IMPL_RARE static wi_status wi_impl_model_scalers(const wi_model *model, wi_error *error)
{
    const wi_net *net = &model->net;
    if (!wi_impl_loss_of(model->loss))
        return wi_impl_fail(error, WI_ERR_ARG, "%d is not a wi_loss", (int)model->loss);
    if ((model->x.count && model->x.count != net->inputs)
        || (model->y.count && model->y.count != net->outputs))
        return wi_impl_fail(error, WI_ERR_SHAPE, "the scalers are for %zu inputs and %zu outputs, the "
                            "network has %zu and %zu", model->x.count, model->y.count, net->inputs,
                            net->outputs);
    if (model->y.count && !wi_impl_loss_of_values(model->loss))
        return wi_impl_fail(error, WI_ERR_ARG, "a scaler of the targets belongs to the half squared loss, "
                            "not to %s, whose outputs are probabilities", wi_loss_name(model->loss));
    wi_status status = wi_impl_scaler_check(NULL, &model->x, 0, "inputs", error);
    return status == WI_OK ? wi_impl_scaler_check(NULL, &model->y, 0, "targets", error) : status;
}

/* Has every output a name, or none? A single one is a yes or no, of two names; under softmax, one class. */
static wi_status wi_impl_model_names(const wi_model *model, wi_error *error)
{
    size_t outputs = model->net.outputs;
    size_t names = outputs == 1 && !wi_impl_loss_of(model->loss)->by_class ? 2 : outputs;
    if (model->class_count && model->class_count != names)
        return wi_impl_fail(error, WI_ERR_ARG, "the model has %zu class names, but outputs for %zu classes",
                            model->class_count, names);
    for (size_t c = 0; c < model->class_count; c++) {
        const char *name = model->classes[c];
        if (!name) return wi_impl_fail(error, WI_ERR_ARG, "the name of class %zu is NULL", c + 1);
        if (!wi_impl_is_utf8(name, name + strlen(name)))
            return wi_impl_fail(error, WI_ERR_ARG, "the name of class %zu is not UTF-8", c + 1);
    }
    return WI_OK;
}

/* Can this be saved, so that it can be loaded again? */
WI_IMPL_RARE static wi_status wi_impl_model_check(const wi_model *model, wi_error *error)
{
    if (!model || !model->net.layers || (model->class_count > 0 && !model->classes))
        return wi_impl_fail(error, WI_ERR_ARG, "the model is NULL, or has no network, or no class names");
    const wi_net *net = &model->net;
    for (size_t l = 0; l < net->layer_count; l++)
        if (net->layers[l].desc.act.kind == WI_ACT_CUSTOM)
            return wi_impl_fail(error, WI_ERR_ARG, "layer %zu has an activation of your own, '%s': a "
                                "function cannot be saved", l + 1, wi_act_name(net->layers[l].desc.act));
    wi_status status = wi_impl_model_scalers(model, error);
    return status == WI_OK ? wi_impl_model_names(model, error) : status;
}

WI_API WI_IMPL_OPAQUE wi_status wi_model_make(wi_model *model, wi_net *net, wi_loss loss, const wi_data *data,
                                              wi_error *error)
{
    if (!model || !net) return wi_impl_fail(error, WI_ERR_ARG, "wi_model_make: model or net is NULL");
    wi_model made;
    memset(&made, 0, sizeof made);
    made.net = *net;
    made.loss = loss;
    made.classes = data ? data->classes : NULL;
    made.class_count = data ? data->class_count : 0;
    wi_status status = wi_impl_model_check(&made, error);
    if (status != WI_OK) return status;
    size_t text = wi_impl_names_size(made.classes, made.class_count);
    if (text) {
        made.owned = wi_impl_alloc(made.class_count * sizeof(char *) + text, 1);
        if (!made.owned) return wi_impl_no_room(error, made.class_count, "class names");
        wi_impl_names_copy((char **)made.owned, made.classes, made.class_count);
    }
    made.classes = (char **)made.owned;
    *model = made;
    memset(net, 0, sizeof *net);
    return wi_impl_ok(error);
}

WI_API WI_IMPL_OPAQUE wi_status wi_model_scale(wi_model *model, wi_scaler *x, wi_scaler *y, wi_error *error)
{
    static const char *const whose[] = {"inputs", "targets"};
    wi_status status = wi_impl_model_check(model, error);
    if (status != WI_OK) return status;
    wi_scaler *first[] = {&model->x, &model->y}, *then[] = {x, y};
    wi_model further = *model;
    if (x && x->count) further.x = *x;
    if (y && y->count) further.y = *y;
    status = wi_impl_model_check(&further, error);
    for (int store = 0; store < 2; store++)   /* both or none */
        for (int s = 0; s < 2; s++)
            if (status == WI_OK && then[s] && first[s]->count)
                status = wi_impl_scaler_check(first[s], then[s], store, whose[s], error);
    if (status != WI_OK) return status;
    for (int s = 0; s < 2; s++) {
        if (!then[s] || !then[s]->count) continue;
        if (first[s]->count) wi_scaler_destroy(then[s]);
        else *first[s] = *then[s];
        memset(then[s], 0, sizeof *then[s]);
    }
    return wi_impl_ok(error);
}

WI_API WI_IMPL_OPAQUE wi_status wi_model_write(const wi_model *model, void *buffer, size_t capacity,
                                               size_t *size, wi_error *error)
{
    wi_status status = wi_impl_model_check(model, error);
    if (status != WI_OK) return status;
    wi_impl_file file = wi_impl_file_of(&model->net, NULL);
    file.model = model;
    status = wi_impl_write(&file, buffer, capacity, size);
    if (status == WI_OK) return wi_impl_ok(error);
    return wi_impl_fail(error, status, "the buffer is too small, or size is NULL");
}

/* Say that a word makes no sense, or is missing. */
WI_IMPL_RARE static wi_status wi_impl_word_fail(const wi_impl_reader *reader, int word)
{
    char room[81];
    const char *key = wi_impl_keys[word];
    wi_impl_span span = reader->words[word];
    if (!span.from)
        return wi_impl_reject(reader->json.file, WI_ERR_FORMAT, ": not a model: its metadata has no '%s'; "
                              "wi_net_load() reads a network alone", key);
    return wi_impl_reject(reader->json.file, WI_ERR_FORMAT, ": the metadata's '%s' makes no sense: '%s'", key,
                          wi_impl_span_text(span, room, sizeof room));
}

/* Read whole numbers between blanks, exactly `count` of them. */
static int wi_impl_span_sizes(wi_impl_span span, size_t *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        wi_impl_span word = wi_impl_cut(&span, ' ');
        uint64_t n;
        if (!wi_impl_take_whole(&word.from, word.to, &n) || word.from < word.to || n >= SIZE_MAX) return 0;
        out[i] = (size_t)n;
    }
    return span.from == span.to;
}

/* Read what wi_impl_put_layer() and wi_impl_put_origin() wrote; 0 where a word is not understood. */
WI_IMPL_RARE static int wi_impl_layer_words(wi_impl_span text, wi_layer_desc *desc)
{
    char room[160];
    wi_impl_span what = wi_impl_cut(&text, ';'), word = wi_impl_cut(&what, ' ');
    int kind = 0;
    memset(desc, 0, sizeof *desc);
    while (kind < 31 && !wi_impl_span_is(word, wi_layer_kind_name((wi_layer_kind)kind))) kind++;
    if (kind == 31) return 0;
    desc->kind = (wi_layer_kind)kind;
    while (what.from < what.to) {
        size_t i = 1, number;
        word = wi_impl_cut(&what, ' ');
        while (i < WI_COUNT(wi_impl_layer_sizes) && !wi_impl_span_is(word, wi_impl_layer_sizes[i].name)) i++;
        if (i < WI_COUNT(wi_impl_layer_sizes)) word = wi_impl_cut(&what, ' ');
        else if (*word.from >= '0' && *word.from <= '9') i = 0;   /* units */
        if (i < WI_COUNT(wi_impl_layer_sizes)) {
            if (!wi_impl_span_sizes(word, &number, 1)) return 0;
            memcpy((char *)desc + wi_impl_layer_sizes[i].offset, &number, sizeof number);
        } else if (wi_impl_span_is(word, "no_bias")) desc->no_bias = 1;
        else if (wi_act_named(wi_impl_span_text(word, room, sizeof room), &desc->act) != WI_OK) return 0;
    }
    while (text.from < text.to) {
        what = wi_impl_cut(&text, ';');
        word = wi_impl_cut(&what, ' ');
        wi_recipe *recipe = wi_impl_span_is(word, "weights") ? &desc->weights
                            : wi_impl_span_is(word, "bias") ? &desc->bias : NULL;
        double *number = wi_impl_span_is(word, "rate") ? &desc->rate
                         : wi_impl_span_is(word, "step_scale") ? &desc->step_scale : NULL;
        if (recipe && wi_impl_recipe_read(wi_impl_span_text(what, room, sizeof room), recipe) != WI_OK)
            return 0;
        if (number && !(wi_impl_parse_number(what.from, what.to, number) && *number >= 0
                        && *number <= DBL_MAX)) return 0;
        desc->frozen |= wi_impl_span_is(word, "frozen");
    }
    return 1;
}

/* Read the sizes and layers, with zeros for recipes, so that no weights are drawn. */
WI_IMPL_RARE static wi_status wi_impl_model_words(wi_net_desc *desc, wi_layer_desc *layers,
                                                  const wi_impl_reader *reader)
{
    const wi_impl_span *words = reader->words;
    wi_impl_span rest = words[WI_IMPL_WORD_LAYERS], seed = words[WI_IMPL_WORD_SEED];
    size_t input[3], batch = words[WI_IMPL_WORD_BATCH].from != NULL;
    for (size_t l = 0; l < desc->layer_count; l++) {
        if (!wi_impl_layer_words(wi_impl_cut(&rest, '|'), &layers[l]))
            return wi_impl_word_fail(reader, WI_IMPL_WORD_LAYERS);
        layers[l].weights = layers[l].bias = wi_zeros();
    }
    if (!wi_impl_span_sizes(words[WI_IMPL_WORD_INPUT], input, 3))
        return wi_impl_word_fail(reader, WI_IMPL_WORD_INPUT);
    desc->channels = input[0];
    desc->height = input[1];
    desc->width = input[2];
    if (seed.from && (!wi_impl_take_whole(&seed.from, seed.to, &desc->seed) || seed.from < seed.to))
        return wi_impl_word_fail(reader, WI_IMPL_WORD_SEED);
    return wi_impl_span_sizes(words[WI_IMPL_WORD_BATCH], &desc->max_batch, batch)
               ? WI_OK : wi_impl_word_fail(reader, WI_IMPL_WORD_BATCH);
}

/* Create the network that the words describe; the recipes come back afterwards. */
WI_IMPL_RARE static wi_status wi_impl_model_net(wi_net *net, const wi_impl_reader *reader)
{
    const wi_impl_source *file = reader->json.file;
    wi_impl_span all = reader->words[WI_IMPL_WORD_LAYERS];
    size_t count = 0, bytes = 0;
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    for (wi_impl_span rest = all; rest.from < rest.to; count++) (void)wi_impl_cut(&rest, '|');
    if (count == 0) return wi_impl_word_fail(reader, WI_IMPL_WORD_LAYERS);
    wi_layer_desc *layers = (wi_layer_desc *)wi_impl_alloc(count, sizeof *layers);
    if (!layers) return wi_impl_no_memory(file, count, "layers");
    desc.layers = layers;
    desc.layer_count = count;
    wi_error why;
    wi_status status = wi_impl_model_words(&desc, layers, reader), made = WI_OK;
    if (status == WI_OK) made = wi_net_memory(&desc, &bytes, &why);
    if (bytes / 64 > file->size + (1u << 26))   /* 64 times the file, and 4 GB */
        status = wi_impl_reject(file, WI_ERR_FORMAT, ": %zu bytes that describe a network of %zu", file->size,
                                bytes);
    if (status == WI_OK && made == WI_OK) made = wi_net_create(net, &desc, &why);
    if (made != WI_OK)
        status = wi_impl_reject(file, made == WI_ERR_ARG ? WI_ERR_FORMAT : made, ": %s", why.text);
    for (size_t l = 0; status == WI_OK && l < count; l++) {
        (void)wi_impl_layer_words(wi_impl_cut(&all, '|'), layers);
        net->layers[l].desc.weights = layers->weights;
        net->layers[l].desc.bias = layers->bias;
    }
    WINIT_FREE(layers);
    return status;
}

/* Read means and, in the word behind them, deviations. Without either there is no scaler. */
WI_IMPL_RARE static wi_status wi_impl_model_scaler(wi_scaler *scaler, const wi_impl_reader *reader, int word)
{
    size_t count = 0;
    const wi_impl_span *words = &reader->words[word];
    if (!words[0].from && !words[1].from) return WI_OK;
    for (wi_impl_span rest = words[0]; rest.from < rest.to; count++) (void)wi_impl_cut(&rest, ' ');
    if (count == 0) return wi_impl_word_fail(reader, word);
    scaler->mean = (wi_real *)wi_impl_alloc(wi_impl_mul(count, 2), sizeof *scaler->mean);
    if (!scaler->mean) return wi_impl_no_memory(reader->json.file, count, "numbers");
    scaler->std = scaler->mean + count;
    scaler->count = count;
    for (int s = 0; s < 2; s++) {
        wi_impl_span rest = words[s];
        for (size_t i = 0; i < count; i++) {
            wi_impl_span number = wi_impl_cut(&rest, ' ');
            double value;
            if (!number.from || !wi_impl_parse_number(number.from, number.to, &value)
                || !wi_impl_fits_real(value) || (s == 1 && !((wi_real)value > 0)))
                return wi_impl_word_fail(reader, word + s);
            scaler->mean[(size_t)s * count + i] = (wi_real)value;
        }
        if (rest.from < rest.to) return wi_impl_word_fail(reader, word + s);
    }
    return WI_OK;
}

/* Read the names, each with a zero behind it. In the file that zero is an escape of six bytes, so there are
   at most length / 6 names. */
static wi_status wi_impl_model_classes(wi_model *model, const wi_impl_reader *reader)
{
    wi_impl_json json = reader->json;
    wi_impl_span names = reader->words[WI_IMPL_WORD_CLASSES];
    size_t length = (size_t)(names.to - names.from), pointers = wi_impl_mul(length / 6, sizeof(char *));
    if (!names.from) return WI_OK;
    model->owned = wi_impl_alloc(wi_impl_add(pointers, length + 1), 1);
    if (!model->owned) return wi_impl_no_memory(json.file, length, "bytes of names");
    model->classes = (char **)model->owned;
    wi_impl_text text = {(char *)model->owned + pointers, length + 1, 0};
    json.at = names.from - 1;
    (void)wi_impl_json_text(&json, &text, 0);
    if (text.length == 0 || text.out[text.length - 1] != 0)
        return wi_impl_word_fail(reader, WI_IMPL_WORD_CLASSES);
    for (char *at = text.out; at < text.out + text.length; at += strlen(at) + 1)
        model->classes[model->class_count++] = at;
    return WI_OK;
}

WI_IMPL_RARE static wi_status wi_impl_model_read(void *out, const wi_impl_source *source)
{
    wi_model model;
    wi_impl_reader reader;
    wi_tensor tensor;
    int loss = 0;
    memset(&model, 0, sizeof model);
    if (!out || !source->bytes)
        return wi_impl_fail(source->error, WI_ERR_ARG, "the model or the bytes are NULL");
    wi_status status = wi_impl_reader_open(&reader, source);
    while (status == WI_OK && wi_impl_reader_next(&reader, &tensor)) {}
    if (status == WI_OK) status = reader.json.status;
    while (wi_impl_loss_of((wi_loss)loss)
           && !wi_impl_span_is(reader.words[WI_IMPL_WORD_LOSS], wi_loss_name((wi_loss)loss))) loss++;
    model.loss = (wi_loss)loss;
    if (status == WI_OK && !wi_impl_loss_of(model.loss))
        status = wi_impl_word_fail(&reader, WI_IMPL_WORD_LOSS);
    if (status == WI_OK) status = wi_impl_model_scaler(&model.x, &reader, WI_IMPL_WORD_X);
    if (status == WI_OK) status = wi_impl_model_scaler(&model.y, &reader, WI_IMPL_WORD_Y);
    if (status == WI_OK) status = wi_impl_model_classes(&model, &reader);
    if (status == WI_OK) status = wi_impl_model_net(&model.net, &reader);
    wi_error why;
    wi_status sound = status == WI_OK ? wi_impl_model_check(&model, &why) : WI_OK;
    if (sound != WI_OK)
        status = wi_impl_reject(source, sound == WI_ERR_ARG ? WI_ERR_FORMAT : sound, ": %s", why.text);
    wi_impl_file file = wi_impl_file_of(&model.net, NULL);
    if (status == WI_OK) status = wi_impl_read(&file, source);
    if (status == WI_OK) *(wi_model *)out = model;
    else wi_model_destroy(&model);
    return status;
}

WI_API WI_IMPL_OPAQUE wi_status wi_model_read(wi_model *model, const void *buffer, size_t size,
                                              wi_error *error)
{
    wi_impl_source source = wi_impl_buffer("buffer", buffer, size, error);
    return wi_impl_model_read(model, &source);
}

/* Can a model answer this? */
WI_IMPL_RARE static wi_status wi_impl_predict_takes(wi_model *model, wi_mat x, wi_mat out)
{
    if (!model || !model->net.layers)
        return wi_impl_fail(model ? &model->net.error : NULL, WI_ERR_ARG, "wi_model_predict: no network");
    const wi_net *net = &model->net;
    wi_error *error = &model->net.error;
    if (!x.data || !out.data) return wi_impl_fail(error, WI_ERR_ARG, "wi_model_predict: x or out is NULL");
    if (x.rows == 0 || out.rows != x.rows || x.cols != net->inputs || out.cols != net->outputs)
        return wi_impl_fail(error, WI_ERR_SHAPE, "wi_model_predict: x is %zu x %zu and out %zu x %zu, for "
                            "%zu inputs and %zu outputs", x.rows, x.cols, out.rows, out.cols, net->inputs,
                            net->outputs);
    if (wi_impl_mat_coincides(&out) || (x.rows > net->max_batch && wi_impl_mat_overlap(&out, &x)))
        return wi_impl_fail(error, WI_ERR_ARG, "wi_model_predict: elements of out coincide, or lie where x "
                            "does");
    wi_status status = wi_impl_model_scalers(model, error);
    for (size_t first = 0; status == WI_OK && model->x.count && first < x.rows; first += net->max_batch) {
        wi_mat part = wi_impl_rows(&x, first, net->max_batch);
        if (wi_impl_scale(&model->x, &part, 0) != WI_OK)
            status = wi_impl_fail(error, WI_ERR_NUMERIC, "of rows %zu to %zu of x, an input is too large "
                                  "once scaled", first + 1, first + part.rows);
    }
    return status;
}

WI_API WI_IMPL_OPAQUE wi_status wi_model_predict(wi_model *model, wi_mat x, wi_mat out)
{
    wi_status status = wi_impl_predict_takes(model, x, out);
    if (status != WI_OK) return status;
    wi_net *net = &model->net;
    const wi_scaler *in = &model->x, *back = &model->y;
    size_t most = wi_impl_min(net->max_batch, x.rows);
    wi_real *room = (wi_real *)wi_impl_alloc(wi_impl_mul(most, x.cols), sizeof *room);
    if (!room) return wi_impl_no_room(&net->error, wi_impl_mul(most, x.cols), "inputs");
    for (size_t first = 0; status == WI_OK && first < x.rows; first += most) {
        wi_mat from = wi_impl_rows(&x, first, most);
        wi_mat batch = wi_mat_view(room, from.rows, x.cols), part = wi_impl_rows(&out, first, most);
        wi_impl_copy_rows(&batch, &from, NULL);
        if (in->count) (void)wi_impl_scale(in, &batch, 1);
        status = wi_net_predict(net, batch, model->loss, part);
        for (size_t i = 0; status == WI_OK && back->count && i < part.rows * part.cols; i++) {
            wi_real *value = wi_mat_at(part, i / part.cols, i % part.cols);
            *value = *value * back->std[i % part.cols] + back->mean[i % part.cols];
        }
    }
    WINIT_FREE(room);
    return status;
}

#ifndef WINIT_NO_STDIO
WI_API WI_IMPL_OPAQUE wi_status wi_model_save(const wi_model *model, const char *path, wi_error *error)
{
    wi_status status = wi_impl_model_check(model, error);
    if (status != WI_OK) return status;
    wi_impl_file file = wi_impl_file_of(&model->net, NULL);
    file.model = model;
    return wi_impl_save(wi_impl_write, &file, path, error);
}

WI_API WI_IMPL_OPAQUE wi_status wi_model_load(wi_model *model, const char *path, wi_error *error)
{
    return wi_impl_load(wi_impl_model_read, model, path, error);
}
#endif
#endif /* WI_IMPL_NO_TRAIN */

/* ---- npy: a magic word, the header's length, a Python dictionary, the numbers row by row ---- */

WI_API wi_status wi_mat_write_npy(wi_mat m, void *buffer, size_t capacity, size_t *size)
{
    if (!m.data || !size) return WI_ERR_ARG;
    size_t data = wi_impl_mul(wi_impl_mul(m.rows, m.cols), sizeof(wi_real)), needed = wi_impl_add(128, data);
    if (m.rows == 0 || m.cols == 0 || needed == SIZE_MAX) return WI_ERR_SHAPE;
    if (buffer && capacity < needed) return WI_ERR_SHAPE;
    *size = needed;
    if (!buffer) return WI_OK;

    /* 128 bytes hold any header, and leave the numbers aligned. */
    unsigned char *out = (unsigned char *)buffer;
    memset(out, ' ', 128);
    memcpy(out, "\x93NUMPY\x01\x00\x76\x00", 10);   /* version 1.0; 118 = 0x76 bytes follow */
    wi_impl_text text = {(char *)out + 10, 118, 0};
    wi_impl_print(&text, "{'descr': '<f%d', 'fortran_order': False, 'shape': (%zu, %zu), }",
                  (int)sizeof(wi_real), m.rows, m.cols);
    out[10 + text.length] = ' ';
    out[127] = '\n';
    for (size_t i = 0; i < m.rows * m.cols; i++)
        wi_impl_copy_values(out + 128 + i * sizeof(wi_real), wi_mat_at(m, i / m.cols, i % m.cols), 1,
                            sizeof(wi_real));
    return WI_OK;
}

#ifndef WINIT_NO_STDIO
static wi_status wi_impl_write_npy(void *m, void *buffer, size_t capacity, size_t *size)
{
    return wi_mat_write_npy(*(const wi_mat *)m, buffer, capacity, size);
}

WI_API WI_IMPL_OPAQUE wi_status wi_mat_save_npy(wi_mat m, const char *path, wi_error *error)
{
    return wi_impl_save(wi_impl_write_npy, &m, path, error);
}
#endif

/* Copy an array whose first dimension is the fastest into rows: the last dimension's. */
static void wi_impl_npy_rows(unsigned char *to, const wi_tensor *tensor, size_t width)
{
    const unsigned char *from = (const unsigned char *)tensor->bytes;
    for (size_t i = 0; i < tensor->count; i++, to += width) {
        size_t rest = i, at = 0, stride = tensor->count;   /* digits of i, the last dimension first */
        for (size_t d = tensor->dims; d-- > 0; rest /= tensor->shape[d]) {
            stride /= tensor->shape[d];
            at += rest % tensor->shape[d] * stride;
        }
        memcpy(to, from + at * width, width);
    }
}

/* ---- Other people's tensors ------------------------------------------------------------ */

/* A set's memory: one block for each file, behind which its names stand, and all views so far. */
typedef struct wi_impl_block {
    struct wi_impl_block *next;
    wi_impl_source file;       /* what the views look at */
} wi_impl_block;

WI_API void wi_tensors_destroy(wi_tensors *tensors)
{
    if (!tensors) return;
    for (wi_impl_block *block = (wi_impl_block *)tensors->owned, *next; block; block = next) {
        next = block->next;
        wi_impl_close(&block->file);
        WINIT_FREE(block);
    }
    memset(tensors, 0, sizeof *tensors);
}

static int wi_impl_tensor_order(const void *a, const void *b)
{
    return strcmp(((const wi_tensor *)a)->name, ((const wi_tensor *)b)->name);
}

/* Sort by name, and refuse a name that stands there twice. */
static wi_status wi_impl_tensors_sort(const wi_tensors *tensors, const wi_impl_source *file)
{
    wi_tensor *items = tensors->items;
    if (tensors->count > 1) qsort(items, tensors->count, sizeof *items, wi_impl_tensor_order);
    for (size_t i = 1; i < tensors->count; i++)
        if (strcmp(items[i - 1].name, items[i].name) == 0)
            return wi_impl_reject(file, WI_ERR_FORMAT, ": '%s' is there twice", items[i].name);
    return WI_OK;
}

WI_API const wi_tensor *wi_tensors_find(const wi_tensors *tensors, const char *name)
{
    wi_tensor key;
    if (!tensors || !name || tensors->count == 0) return NULL;
    key.name = name;
    return (const wi_tensor *)bsearch(&key, tensors->items, tensors->count, sizeof key, wi_impl_tensor_order);
}

/* Make room for `count` more views, and for `text` bytes behind them. */
static wi_status wi_impl_tensors_room(wi_tensors *tensors, size_t count, size_t text,
                                      const wi_impl_source *file)
{
    size_t bytes = wi_impl_mul(wi_impl_add(tensors->count, count), sizeof(wi_tensor));
    bytes = wi_impl_add(bytes, wi_impl_add(text, sizeof(wi_impl_block)));
    wi_impl_block *block = (wi_impl_block *)wi_impl_alloc(bytes, 1);
    if (!block) return wi_impl_no_memory(file, count, "tensors");
    memset(block, 0, sizeof *block);
    block->next = (wi_impl_block *)tensors->owned;
    wi_tensor *items = (wi_tensor *)(void *)(block + 1);
    if (tensors->count) memcpy(items, tensors->items, tensors->count * sizeof *items);
    tensors->owned = block;
    tensors->items = items;
    return WI_OK;
}

static wi_status wi_impl_npy_parse(wi_tensors *all, const wi_impl_source *file)
{
    wi_tensor tensor;
    char type[16];
    const unsigned char *in = file->bytes;
    size_t size = file->size, start = in[6] == 1 ? 10 : 12, header = 0, fortran[2];
    if (size < 12) return wi_impl_reject(file, WI_ERR_FORMAT, ": ends inside its header");
    for (size_t i = start; i-- > 8;) header = header << 8 | in[i];
    if (header > size - start)
        return wi_impl_reject(file, WI_ERR_FORMAT, ": a header of %zu bytes in %zu", header, size);
    memset(&tensor, 0, sizeof tensor);
    tensor.name = "";
    /* {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } */
    wi_impl_json json = wi_impl_json_open(file, start, header, 1);
    if (!wi_impl_json_tensor(&json, &tensor, type, fortran) || !wi_impl_json_end(&json)) return json.status;
    if (!type[0] || !strchr("<>|=", type[0]))
        return wi_impl_reject(file, WI_ERR_FORMAT, ": the descr '%s' has no order of bytes", type);
    size_t there = size - start - header;
    wi_status status = wi_impl_tensor_view(&tensor, type + 1, 1, json.end, there, file);
    if (type[0] == '>' && wi_impl_width(tensor.dtype) > 1) tensor.dtype = WI_DTYPE_OTHER;
    int copy = fortran[0] && tensor.dims > 1 && tensor.count > 0;
    if (status == WI_OK) status = wi_impl_tensors_room(all, 1, copy ? there : 0, file);
    if (status != WI_OK) return status;
    wi_tensor *item = &all->items[all->count++];
    if (copy) {
        wi_impl_npy_rows((unsigned char *)(item + 1), &tensor, there / tensor.count);
        tensor.bytes = item + 1;
    }
    *item = tensor;
    return wi_impl_tensors_sort(all, file);
}

/* Add the tensors of a file to a set, which is to be destroyed where that fails. */
WI_IMPL_RARE static wi_status wi_impl_tensors_parse(wi_tensors *all, const wi_impl_source *file)
{
    if (file->size >= 8 && memcmp(file->bytes, "\x93NUMPY", 6) == 0) return wi_impl_npy_parse(all, file);
    wi_impl_reader reader;
    wi_tensor tensor;
    size_t count = 0, text = 16;   /* for "__metadata__" */
    wi_status status = wi_impl_reader_open(&reader, file);
    if (status != WI_OK) return status;
    for (; wi_impl_reader_next(&reader, &tensor); count++) text += reader.key.length + 1;
    if (reader.json.status != WI_OK) return reader.json.status;

    /* The same again, with every name put where it stays. */
    status = wi_impl_tensors_room(all, count, text, file);
    if (status != WI_OK) return status;
    (void)wi_impl_reader_open(&reader, file);
    reader.key.out = (char *)(all->items + all->count + count);
    reader.key.capacity = text;
    while (wi_impl_reader_next(&reader, &tensor)) {
        all->items[all->count++] = tensor;
        reader.key.out += reader.key.length + 1;
        reader.key.capacity -= reader.key.length + 1;
    }
    return wi_impl_tensors_sort(all, file);
}

/* Hand over a set that was made, or destroy it. */
static wi_status wi_impl_tensors_made(wi_tensors *out, wi_tensors *made, wi_status status, wi_error *error)
{
    if (status == WI_OK) *out = *made;
    else wi_tensors_destroy(made);
    return status == WI_OK ? wi_impl_ok(error) : status;
}

WI_API WI_IMPL_OPAQUE wi_status wi_tensors_parse(wi_tensors *out, const void *bytes, size_t size,
                                                 wi_error *error)
{
    if (!out || !bytes) return wi_impl_fail(error, WI_ERR_ARG, "wi_tensors_parse: out or bytes is NULL");
    wi_impl_source source = wi_impl_buffer("buffer", bytes, size, error);
    wi_tensors made = {NULL, 0, NULL};
    return wi_impl_tensors_made(out, &made, wi_impl_tensors_parse(&made, &source), error);
}

#ifndef WINIT_NO_STDIO
enum { WI_IMPL_MAPPED = 1 << 26 };   /* bytes from which on a file is mapped */

/* Map a large file into memory, and read a smaller one, which is safer: a mapped file that somebody makes
   shorter ends the program. */
static wi_status wi_impl_map(wi_impl_source *file, const char *path, wi_error *error)
{
    void *view = NULL;
    size_t size = 0;
#ifdef WI_IMPL_UNIX
    struct stat info;
    int handle = open(path, O_RDONLY);
    if (handle >= 0 && fstat(handle, &info) == 0 && S_ISREG(info.st_mode) && info.st_size >= WI_IMPL_MAPPED
        && (uint64_t)info.st_size <= SIZE_MAX / 2) {
        size = (size_t)info.st_size;
        view = mmap(NULL, size, PROT_READ, MAP_PRIVATE, handle, 0);
        if (view == MAP_FAILED) view = NULL;
    }
    if (handle >= 0) close(handle);
#elif defined(WI_IMPL_SYS)
    int handle = WI_IMPL_OPEN(path, _O_RDONLY, 0);
    int64_t length = handle >= 0 ? _filelengthi64(handle) : 0;
    void *mapping = length >= WI_IMPL_MAPPED && (uint64_t)length <= SIZE_MAX / 2
                        ? CreateFileMappingW((void *)_get_osfhandle(handle), NULL, 2, 0, 0, NULL) : NULL;
    if (mapping) view = MapViewOfFile(mapping, 4, 0, 0, 0);   /* 2: pages to read; 4: a view to read */
    if (mapping) (void)CloseHandle(mapping);
    if (handle >= 0) _close(handle);
    size = (size_t)length;
#endif
    if (!view) return wi_impl_open(file, file, path, error);
    *file = wi_impl_buffer(wi_impl_path_end(path), view, size, error);
    file->owned = view;
    file->mapped = 1;
    return WI_OK;
}

WI_IMPL_RARE static wi_status wi_impl_tensors_add(wi_tensors *all, const char *path, wi_error *error)
{
    wi_impl_source file;
    wi_status status = wi_impl_map(&file, path, error);
    if (status == WI_OK) status = wi_impl_tensors_parse(all, &file);
    if (status == WI_OK) ((wi_impl_block *)all->owned)->file = file;
    else wi_impl_close(&file);
    return status;
}

/* Pass over a value of JSON, however deep. */
static wi_status wi_impl_json_skip(wi_impl_json *json)
{
    wi_impl_text measured = {NULL, 0, 0};
    size_t depth = 0;
    for (int more = 1; more && json->status == WI_OK;) {
        if (wi_impl_json_is(json, '"')) {
            (void)wi_impl_json_text(json, &measured, 0);
        } else if (json->at == json->end) {
            (void)wi_impl_json_fail(json, "the rest of a value");
        } else {
            depth += *json->at == '{' || *json->at == '[';
            depth -= *json->at == '}' || *json->at == ']';
            json->at++;
        }
        more = depth > 0 || !(wi_impl_json_is(json, ',') || wi_impl_json_is(json, '}'));
    }
    return json->status;
}

/* Read {"a.weight": "model-00001-of-00002.safetensors", ...}: each file once; each tensor must be where the
   index has it. Files stand beside the index, whose path begins `file`. */
static wi_status wi_impl_tensors_map(wi_tensors *out, char *file, size_t folder, wi_impl_json *json)
{
    char name[400];
    wi_impl_text key = {name, sizeof name, 0}, value = {file + folder, 256, 0};
    for (size_t n = 0; wi_impl_json_member(json, &key, n); n++) {
        if (!wi_impl_json_text(json, &value, 1)) return json->status;
        if (value.length >= value.capacity || strpbrk(value.out, "/\\:"))
            return wi_impl_reject(json->file, WI_ERR_FORMAT,
                                  ": '%s' is to be in '%s', which is no file beside it", name, value.out);
        size_t length = (size_t)(json->inside.to - json->inside.from);
        wi_impl_block *read = (wi_impl_block *)out->owned;
        while (read && strncmp(read->file.name, json->inside.from, length + 1) != 0) read = read->next;
        wi_status status = read ? WI_OK : wi_impl_tensors_add(out, file, json->file->error);
        if (status != WI_OK) return status;
        if (!read) read = (wi_impl_block *)out->owned;
        read->file.name = json->inside.from;   /* as the index has it */
        const wi_tensor *tensor = wi_tensors_find(out, name);
        if (!tensor || (uintptr_t)tensor->bytes - (uintptr_t)read->file.bytes > read->file.size)
            return wi_impl_reject(json->file, WI_ERR_FORMAT, ": '%s' is not in %s", name, value.out);
    }
    return json->status;
}

/* Read {"metadata": ..., "weight_map": {...}}. */
WI_IMPL_RARE static wi_status wi_impl_index_read(wi_tensors *out, const wi_impl_source *index,
                                                 const char *path)
{
    wi_impl_json json = wi_impl_json_open(index, 0, index->size, 0);
    char file[WI_IMPL_PATH], room[16];
    wi_impl_text key = {room, sizeof room, 0};
    size_t folder = wi_impl_folder(path), found = 0;
    if (folder + 300 > sizeof file) return wi_impl_reject(index, WI_ERR_IO, ": its path is too long");
    memcpy(file, path, folder);
    for (size_t n = 0; wi_impl_json_member(&json, &key, n); n++) {
        int map = strcmp(room, "weight_map") == 0 && found++ == 0;
        wi_status status = map ? wi_impl_tensors_map(out, file, folder, &json) : wi_impl_json_skip(&json);
        if (status != WI_OK) return status;
    }
    if (json.status != WI_OK) return json.status;
    return found ? WI_OK : wi_impl_reject(index, WI_ERR_FORMAT, ": an index without a weight_map");
}

WI_API WI_IMPL_OPAQUE wi_status wi_tensors_load(wi_tensors *out, const char *path, wi_error *error)
{
    if (!out || !path) return wi_impl_fail(error, WI_ERR_ARG, "wi_tensors_load: out or path is NULL");
    wi_tensors made = {NULL, 0, NULL};
    wi_impl_source index;
    wi_status status;
    size_t length = strlen(path);
    if (length < 5 || strcmp(path + length - 5, ".json") != 0) {
        status = wi_impl_tensors_add(&made, path, error);
    } else {
        status = wi_impl_open(&index, out, path, error);
        if (status == WI_OK) status = wi_impl_index_read(&made, &index, path);
        wi_impl_close(&index);
    }
    return wi_impl_tensors_made(out, &made, status, error);
}
#endif
#endif /* WINIT_NO_SAVE */

#ifdef __cplusplus
} /* extern "C" */
#endif
#ifdef __clang__
#pragma clang diagnostic pop
#endif
#ifdef _MSC_VER
#pragma warning(pop)
#endif
#endif /* WINIT_IMPLEMENTATION */

/* ----------------------------------------------------------------------------
   Licence. Choose the one you like better.

   A. MIT License

   Copyright (c) 2026 the winit.h authors

   Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
   associated documentation files (the "Software"), to deal in the Software without restriction, including
   without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
   copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
   following conditions:

   The above copyright notice and this permission notice shall be included in all copies or substantial
   portions of the Software.

   THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
   LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO
   EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
   IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE
   USE OR OTHER DEALINGS IN THE SOFTWARE.

   B. Public domain (www.unlicense.org)

   This is free and unencumbered software released into the public domain. Anyone is free to copy, modify,
   publish, use, compile, sell, or distribute this software, either in source code form or as a compiled
   binary, for any purpose, commercial or non-commercial, and by any means. In jurisdictions that recognize
   copyright laws, the author or authors of this software dedicate any and all copyright interest in the
   software to the public domain. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND.
   ---------------------------------------------------------------------------- */
