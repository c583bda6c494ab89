/* inside.h: the private functions that tests of public ones call as well, under names of their own. Include
   it after winit.h. A column of the test matrix compiles the header once (tests/impl.c) and links its tests
   with that: there a test sees declarations only. A test compiled by itself has the bodies. A test that calls
   wi_impl_ functions directly is compiled with the whole header, in every column: seconds each. */
#ifndef INSIDE_H
#define INSIDE_H

#if defined(TEST_SHARED) && !defined(WI_IMPL_INSIDE)
#define INSIDE(declaration, ...) declaration;
#else
#define INSIDE(declaration, ...) declaration; declaration __VA_ARGS__
#endif

/* The widest vectors that this processor has and the build may use; 0: none. */
INSIDE(int inside_simd_bits(void), { return wi_impl_simd_bits(); })
/* Are its vectors those of an x86 processor? */
INSIDE(int inside_x86(void), { return WI_IMPL_X86; })

/* Words of chance; logarithm, exponential, the normal law's upper tail and its quantile. */
INSIDE(void inside_philox(uint32_t *word, uint64_t seed, uint64_t stream, uint64_t block),
       { wi_impl_philox(word, seed, stream, block); })
INSIDE(double inside_log(double x), { return wi_impl_log(x); })
INSIDE(double inside_exp(double x), { return wi_impl_exp(x); })
INSIDE(double inside_normal_upper(double x), { return wi_impl_normal_upper(x); })
INSIDE(double inside_quantile(double p, double q), { return wi_impl_quantile(p, q); })

/* n numbers of a recipe's law: drawn from a place on; and of given words, at most inside_batch() of them, as
   many at once as can be, and one by one. Normal numbers, in double and in float. */
INSIDE(void inside_draw(wi_real *w, size_t n, wi_rng rng, wi_recipe r), {
    wi_shape shape = wi_dense(1, 1);
    wi_impl_law law = wi_impl_recipe_law(&r, &shape);
    wi_impl_draw(w, n, rng, &law);
})
INSIDE(size_t inside_batch(void), { return WI_IMPL_BATCH; })
#ifdef WI_IMPL_ABREAST   /* how many words the double build takes at a time, at most */
#define INSIDE_SPAN (8 * WI_IMPL_ABREAST)
#else
#define INSIDE_SPAN 1
#endif
INSIDE(size_t inside_span(void), { return INSIDE_SPAN; })
INSIDE(void inside_values(wi_real *at_once, wi_real *each, const uint32_t *word, size_t n, wi_recipe r), {
    wi_shape shape = wi_dense(1, 1);
    wi_impl_law law = wi_impl_recipe_law(&r, &shape);
    if (at_once) wi_impl_values(at_once, word, n, &law);
    for (size_t i = 0; i < n; i++) each[i] = wi_impl_law_value(&law, word[i]);
})
INSIDE(void inside_normals(double *exact, float *quick, const uint32_t *word, size_t n), {
    wi_impl_law law = wi_impl_law_normal(0, 1);
    for (size_t i = 0; i < n; i++) {
        exact[i] = wi_impl_law_double(&law, word[i]);
        quick[i] = wi_impl_law_float(&law, word[i]);
    }
})

#ifdef _OPENMP
/* How a round goes behind a stretch of ten that took so many seconds, of which the process had so many of its
   cores': 0 shared, 1 a trial alone, 2 alone; in seconds[] what is known of either. */
INSIDE(int inside_pace(double *seconds, int mode, size_t stretches, double took, double used), {
    const double processor = (double)clock() / CLOCKS_PER_SEC;
    wi_impl_pace pace = {{seconds[0], seconds[1]}, omp_get_wtime() - took, processor - used, 10, 0, 0};
    pace.mode = mode;
    pace.stretches = stretches;
    wi_impl_pace_next(&pace);
    memcpy(seconds, pace.seconds, sizeof pace.seconds);
    return pace.mode;
})
#endif

/* An activation of whole blocks of 16, by vectors of 512 bits or of 256: its slopes times dy, or where that
   is NULL its values. */
INSIDE(void inside_act_run(int kind, int wide, wi_real *y, const wi_real *dy, const wi_real *z, size_t n), {
    const wi_act act = wi_impl_act((wi_act_kind)kind, 1.25);
    wi_impl_act_run_of(&act, wide ? 16 : 8)(kind, 1.25, y, dy, z, n);
})

/* A recipe's mean and deviation at a shape, whether it has values at all, one weight, and what a law makes of
   one word of chance: the value, and the same in double. */
INSIDE(wi_status inside_recipe_moments(wi_recipe r, wi_shape s, double *mean, double *std),
       { return wi_impl_recipe_moments(&r, &s, mean, std); })
INSIDE(int inside_recipe_sane(wi_recipe r), { return wi_impl_recipe_sane(&r); })
INSIDE(wi_real inside_weight(wi_real *w, wi_shape s, size_t o, size_t j), {
    wi_impl_layout own = wi_impl_layout_of(w, &s);
    return (wi_real)wi_impl_weight(&own, o, j);
})
INSIDE(double inside_law_value(wi_recipe r, uint32_t word, double *exact), {
    wi_shape shape = wi_dense(1, 1);
    wi_impl_law law = wi_impl_recipe_law(&r, &shape);
    *exact = wi_impl_law_double(&law, word);
    return (double)wi_impl_law_value(&law, word);
})

/* A recipe's kurtosis and ends; and in which of so many cells of equal probability each of n values lies. */
typedef struct inside_law {
    double kurtosis, lo, hi;
} inside_law;
INSIDE(inside_law inside_law_of(wi_recipe r, const wi_real *x, size_t n, unsigned cells, unsigned *where), {
    wi_shape shape = wi_dense(n, 1);
    wi_impl_law law = wi_impl_recipe_law(&r, &shape);
    inside_law seen;
    seen.kurtosis = wi_impl_law_bulk(&law).kurtosis;
    seen.lo = law.lo;
    seen.hi = law.hi;
    for (size_t i = 0; i < n; i++) {
        unsigned cell = (unsigned)(wi_impl_law_cdf(&law, (double)x[i]) * cells);
        where[i] = cell < cells ? cell : cells - 1;
    }
    return seen;
})

/* Products: three loops, tiles, and what chooses among them, with the sums of an order. */
#if !defined(WI_IMPL_SIMD) || WI_IMPL_SIMD
#define INSIDE_GEMM_TILES wi_impl_gemm_part
#define INSIDE_GEMM_ROOM(p) wi_impl_large_room(&(p))
#else
#define INSIDE_GEMM_TILES wi_impl_gemm_by
#define INSIDE_GEMM_ROOM(p) ((p).how.bits ? (p).out->cols : 1)
#endif
typedef struct inside_order {
    size_t sums;
    int fused, bits;
} inside_order;
typedef enum inside_way { INSIDE_PLAIN, INSIDE_TILES, INSIDE_LARGE, INSIDE_BEST } inside_way;
/* The most terms of a step in one go. */
INSIDE(size_t inside_step_k(void), { return WI_IMPL_STEP_K; })
INSIDE(inside_order inside_order_of(size_t sums), {
    wi_impl_order how = wi_impl_order_of(sums);
    inside_order seen;
    seen.sums = how.sums;
    seen.fused = how.fused;
    seen.bits = how.bits;
    return seen;
})
INSIDE(void inside_gemm_in(inside_way way, inside_order order, wi_mat out, wi_mat a, wi_mat b), {
    wi_impl_product p = {&out, &out, &a, &b, wi_impl_order_of(order.sums)};
    p.how.fused = order.fused;
    p.how.bits = order.bits;
    if (way == INSIDE_PLAIN) wi_impl_gemm_plain(&p);
    else if (way == INSIDE_BEST) wi_impl_gemm_by(&p);
    else {
        if (way == INSIDE_LARGE) p.how.room = (wi_real *)malloc(INSIDE_GEMM_ROOM(p) * sizeof(wi_real));
        INSIDE_GEMM_TILES(&p);
        free(p.how.room);
    }
})
INSIDE(void inside_gemm(wi_mat out, wi_mat a, wi_mat b), { wi_impl_gemm(&out, &out, &a, &b); })
INSIDE(void inside_gemm_exact(wi_mat out, wi_mat a, wi_mat b), { wi_impl_gemm_exact(&out, &out, &a, &b); })
INSIDE(void inside_gemm_batch(wi_mat out, wi_mat a, wi_mat b),
       { wi_impl_gemm_as(&out, &out, &a, &b, 1, NULL); })
INSIDE(void inside_gemm_step(wi_mat out, wi_mat a, wi_mat b, wi_real scale),
       { wi_impl_gemm_as(&out, &out, &a, &b, 1, &scale); })

/* Averages over z of law N(mean, std^2): f^2, f, f', f'^2, f^4 and z f f' / std; and those of two such with
   correlation c: f(x) f(y), f'(x) f'(y). */
enum { INSIDE_F2, INSIDE_F, INSIDE_D, INSIDE_D2, INSIDE_F4, INSIDE_ZFD, INSIDE_MOMENTS };
INSIDE(void inside_averages(wi_act act, double mean, double std, double *m), {
    wi_impl_gauss over = wi_impl_act_averages(&act, mean, std);
    memcpy(m, over.m, sizeof over.m);
})
INSIDE(void inside_pair(wi_act act, double std, double c, int rough, double *product), {
    double both[WI_IMPL_MOMENTS];
    wi_impl_gauss over = wi_impl_act_averages(&act, 0.0, std);
    wi_impl_act_product(&over, c, rough, both);
    memcpy(product, both, 2 * sizeof *product);
})
/* The sum at even steps of 1 to 6 integrands over [a, b], large against `scale` or by themselves: 0 where two
   never agree. */
INSIDE(int inside_even_sum(void (*g)(const void *context, double x, double z, double *values), size_t count,
                           const double *scale, double a, double b, double *result), {
    wi_impl_average e;
    memset(&e, 0, sizeof e);
    e.g = g;
    e.count = count;
    e.std = 1.0;
    memcpy(e.scale, scale, count * sizeof *scale);
    return wi_impl_even_sum(&e, a, b, result);
})

#ifndef WINIT_NO_NET
/* A dense layer by plain loops, forward and backward. */
INSIDE(void inside_dense(wi_mat pre, wi_mat x, wi_mat w, const wi_real *b),
       { wi_impl_dense_plain(pre, x, w, b); })
INSIDE(void inside_dense_backward(wi_mat dw, wi_real *db, wi_mat dx, wi_mat dpre, wi_mat x, wi_mat w),
       { wi_impl_dense_plain_backward(dw, db, dx, dpre, x, w); })

/* The backward passes of a network's first layer, a convolution, from its dpre, adding to net->dinput or
   setting it; and one image's passes by plain loops, forward or backward. */
INSIDE(void inside_conv_backward(wi_net *net, size_t batch, int add), {
    wi_impl_work at;
    const wi_impl_pass pass = {0, 0};
    wi_impl_work_at(&at, net, 0, batch, NULL);
    at.dpre = wi_mat_rows(net->layers[0].dpre, 0, batch);
    at.dx = net->dinput;
    at.add = add;
    at.pass = &pass;
    wi_impl_conv_backward(&at);
})
INSIDE(void inside_conv_plain(const wi_layer *l, wi_real *pre, const wi_real *x, wi_real *dx, int back),
       { wi_impl_conv_plain(l, pre, x, dx, back); })

/* A batch's mean loss with class weights, and its gradient. */
INSIDE(double inside_loss_mean(wi_loss loss, wi_mat y, wi_mat target, wi_mat *dy,
                               const double *class_weights),
       { return wi_impl_loss_mean(loss, &y, &target, dy, class_weights); })

/* One step of an optimiser over some of its parameters, on shrunken gradients with a pull towards zero. */
INSIDE(void inside_opt_apply(const wi_opt *opt, wi_real *params, const wi_real *grads, size_t first, size_t n,
                             double rate, double shrink, double l2),
       { wi_impl_opt_apply(opt, params, grads, first, n, rate, shrink, l2); })

#endif

#if !defined(WINIT_NO_NET) && !defined(WINIT_NO_DATA) && !defined(WINIT_NO_PROBE)
/* What is found in layers that were measured so. */
INSIDE(void inside_judge(wi_probe *per_layer, size_t count), { wi_impl_judge(per_layer, count); })

/* The starts that mending tries: how many, and one by its number. */
INSIDE(int inside_starts(void), { return WI_IMPL_STARTS; })
INSIDE(wi_status inside_draw_start(wi_net *net, int start, wi_mat batch),
       { return wi_impl_draw_start(net, start, batch); })

INSIDE(wi_status inside_fit_scaler(wi_scaler *scaler, const wi_mat *m, double lo, double hi),
       { return wi_impl_fit_scaler(scaler, m, lo, hi); })

/* What targets can be had for; whether a matrix wants scaling; where its first cell is that no network should
   see, 0 for nowhere; and a mend's last part, with the check of the mended plan. */
typedef struct inside_aim {
    double lo, hi, trivial, least, rms;
    size_t misfits;
} inside_aim;
INSIDE(inside_aim inside_aim_of(wi_mat y, const wi_net *net, wi_loss loss, double smooth,
                                const double *weights), {
    wi_impl_aim a = wi_impl_aim_of(&y, net, loss, smooth, weights);
    inside_aim seen;
    seen.lo = a.lo;
    seen.hi = a.hi;
    seen.trivial = a.trivial;
    seen.least = a.least;
    seen.rms = a.rms;
    seen.misfits = a.misfits;
    return seen;
})
INSIDE(int inside_wants_scaling(wi_mat m), { return wi_impl_wants_scaling(&m); })
INSIDE(size_t inside_bad_cell(wi_mat m), {
    size_t row = 0;
    size_t column = 0;
    return wi_impl_bad_cell(m, &row, &column) ? row * m.cols + column + 1 : 0;
})
INSIDE(void inside_mend_apply(wi_mended *m, wi_data *data, wi_train_desc *plan, int start,
                              const wi_check *found, int needed),
       { wi_impl_mend_apply(m, data, plan, start, found, needed); })

/* A look at a plan: the samples that it draws into x and y, [128][inputs] and [128][outputs], the sizes that
   its features are made of, in the order of wi_impl_seen, the features, in theirs, and the first run's rate;
   before these how predictions follow the targets, and the loss over the trivial one. */
typedef struct inside_look {
    size_t rows, batch;
    int done;
    double follows, loss, speed, l1, snr_first, blur, aligned, top, mean_mode, way, pull, trained_layers;
    double shift, named, rate, knew, last, ends, heads, steps, left, features[32], started;
} inside_look;
INSIDE(wi_status inside_see(wi_net *net, const wi_data *data, const wi_train_desc *plan, wi_mat x, wi_mat y,
                            inside_look *seen), {
    wi_impl_aim aim = wi_impl_aim_of(&data->y, net, plan->loss, plan->label_smoothing, plan->class_weights);
    wi_impl_view look;
    wi_impl_seen s;
    memset(seen, 0, sizeof *seen);
    wi_status status = wi_impl_look_begin(&look, net, data, plan, &aim, NULL);
    if (status != WI_OK) return status;
    seen->rows = look.x.rows;
    seen->batch = look.plan.desc.batch;
    memcpy(x.data, look.x.data, look.x.rows * look.x.cols * sizeof(wi_real));
    memcpy(y.data, look.y.data, look.y.rows * look.y.cols * sizeof(wi_real));
    wi_impl_mark mark = wi_impl_mark_of(&look, 0);
    seen->follows = mark.follows;
    seen->loss = mark.loss;
    wi_mat some = wi_mat_rows(look.x, 0, WI_IMPL_PROBED), aims = wi_mat_rows(look.y, 0, WI_IMPL_PROBED);
    (void)wi_impl_probe_layers(&look.net, &some, &aims, plan->loss,
                               WI_PROBE_FLAT | WI_PROBE_ALIKE | WI_PROBE_COPIES, look.probes);
    status = wi_impl_see(&look, plan->opt.rate, &s);
    seen->speed = s.speed;
    seen->l1 = s.l1;
    seen->snr_first = s.snr_first;
    seen->blur = s.blur;
    seen->aligned = s.aligned;
    seen->top = s.top;
    seen->mean_mode = s.mean_mode;
    seen->way = s.way;
    seen->pull = s.pull;
    seen->trained_layers = s.trained_layers;
    seen->shift = s.shift;
    seen->named = s.named;
    seen->rate = s.rate;
    seen->knew = s.knew;
    seen->last = s.heading.last;
    seen->ends = s.heading.ends;
    seen->heads = s.heading.heads;
    seen->steps = s.heading.steps;
    seen->left = s.heading.left;
    seen->done = s.done;
    seen->started = look.runs->rate;
    wi_impl_plan_features(&look, &s, seen->features);
    wi_impl_look_end(&look);
    return status;
})

/* Where a run is going, of so many marks (loss, how predictions follow, steps), into the first five of `to`:
   now, at the end at its pace, how predictions follow at the end, steps, steps that are left; then how it
   stands. And the means that it keeps of losses, step by step: the least of 20 and of 25, and is it done? */
INSIDE(void inside_heading(const double (*marks)[3], size_t turns, int lost, double rate, size_t planned,
                           double *to), {
    static wi_impl_view look;   /* eight kilobytes: too large for some stacks */
    wi_impl_trial_run run;
    memset(&look, 0, sizeof look);
    memset(&run, 0, sizeof run);
    for (size_t k = 0; k < turns; k++) {
        run.marks[k].loss = marks[k][0];
        run.marks[k].follows = marks[k][1];
        run.marks[k].steps = run.steps = (size_t)marks[k][2];
    }
    run.turns = turns;
    run.lost = lost;
    run.rate = rate;
    look.plan.progress.steps = planned;
    if (turns > 0) {
        wi_impl_heading h = wi_impl_heading_of(&look, &run);
        to[0] = h.last;
        to[1] = h.ends;
        to[2] = h.heads;
        to[3] = h.steps;
        to[4] = h.left;
    }
    to[5] = wi_impl_run_standing(&run);
})
INSIDE(size_t inside_watch(const double *losses, size_t n, double trivial, double *low, double *best), {
    wi_impl_trial_run run;
    memset(&run, 0, sizeof run);
    run.trivial = trivial;
    run.low = run.best = WI_IMPL_INFINITY;
    for (size_t k = 0; k < n && !run.done; k++) wi_impl_run_note(&run, losses[k]);
    *low = run.low;
    *best = run.best;
    return run.steps;
})

/* The rates that are tried, at most so many, where runs above one that the network bears are lost. */
INSIDE(size_t inside_rates(int adaptive, double named, double bears, double *rates, size_t count), {
    wi_impl_view look;
    memset(&look, 0, sizeof look);
    look.adaptive = adaptive;
    for (; look.begun < count; look.begun++) {
        const double rate = look.begun ? wi_impl_rate_next(&look) : named;
        if (!(rate > 0)) break;
        rates[look.begun] = look.runs[look.begun].rate = rate;
        look.runs[look.begun].lost = rate > bears;
    }
    return look.begun;
})

/* A trial of so many steps behind a look: its runs' rates and steps, 4 at most, how many of these steps the
   look took, and how many the trial says that it took. */
INSIDE(wi_status inside_try(wi_net *net, const wi_data *data, const wi_train_desc *plan, size_t trial,
                            double *rates, size_t *steps, size_t *looked, size_t *taken), {
    wi_impl_aim aim = wi_impl_aim_of(&data->y, net, plan->loss, plan->label_smoothing, plan->class_weights);
    wi_impl_view look;
    wi_impl_seen s;
    wi_impl_tried tried;
    memset(&tried, 0, sizeof tried);
    wi_status status = wi_impl_look_begin(&look, net, data, plan, &aim, NULL);
    if (status != WI_OK) return status;
    wi_mat some = wi_mat_rows(look.x, 0, WI_IMPL_PROBED), aims = wi_mat_rows(look.y, 0, WI_IMPL_PROBED);
    (void)wi_impl_probe_layers(&look.net, &some, &aims, plan->loss,
                               WI_PROBE_FLAT | WI_PROBE_ALIKE | WI_PROBE_COPIES, look.probes);
    status = wi_impl_see(&look, plan->opt.rate, &s);
    *looked = 0;
    for (size_t k = 0; k < look.begun; k++) *looked += look.runs[k].steps;
    if (status == WI_OK) status = wi_impl_try(&look, trial, 0.0, &tried);
    for (size_t k = 0; k < 4; k++) {
        rates[k] = k < look.begun ? look.runs[k].rate : 0.0;
        steps[k] = k < look.begun ? look.runs[k].steps : 0;
    }
    *taken = tried.taken;
    wi_impl_look_end(&look);
    return status;
})

/* What a trial of such runs shows: its seven numbers, then the rate and the loss over the trivial one that it
   reached, whether it is done, and the log odds. */
typedef struct inside_run {
    double middle[3], now[3];   /* loss over the trivial one, how predictions follow, steps */
    double low, best, rate;
    int done, lost;
} inside_run;
INSIDE(void inside_set_runs(void *view, const inside_run *runs, size_t count), {
    wi_impl_view *look = (wi_impl_view *)view;
    look->begun = count;
    for (size_t k = 0; k < count; k++) {
        wi_impl_trial_run *run = &look->runs[k];
        run->turns = 2;
        for (size_t m = 0; m < 2; m++) {
            const double *mark = m ? runs[k].now : runs[k].middle;
            run->marks[m].loss = mark[0];
            run->marks[m].follows = mark[1];
            run->marks[m].steps = run->steps = (size_t)mark[2];
        }
        run->low = runs[k].low;
        run->best = runs[k].best;
        run->rate = runs[k].rate;
        run->done = runs[k].done;
        run->lost = runs[k].lost;
    }
})
INSIDE(void inside_tried(const inside_run *runs, size_t count, size_t planned, int adaptive, double odds,
                         double *to), {
    wi_impl_view look;
    memset(&look, 0, sizeof look);
    look.plan.progress.steps = planned;
    look.adaptive = adaptive;
    inside_set_runs(&look, runs, count);
    wi_impl_tried t = wi_impl_tried_of(&look, 5, odds);
    memcpy(to, t.z, sizeof t.z);
    to[7] = t.rate;
    to[8] = t.reached;
    to[9] = t.done;
    to[10] = t.odds;
})

/* Which rate does a look of such runs take? */
INSIDE(double inside_rate_best(const inside_run *runs, size_t count, int adaptive, double named), {
    wi_impl_view look;
    wi_impl_seen s;
    memset(&look, 0, sizeof look);
    memset(&s, 0, sizeof s);
    look.adaptive = adaptive;
    s.named = named;
    inside_set_runs(&look, runs, count);
    return wi_impl_rate_best(&look, &s);
})

/* Does a step of a trial end at the gradient that a network has now? */
INSIDE(int inside_gradient_ends(wi_net *net), {
    wi_impl_view look;
    wi_progress progress;
    memset(&look, 0, sizeof look);
    memset(&progress, 0, sizeof progress);
    look.first = net->params; /* is there already: nothing is kept */
    return wi_impl_run_gradient(net, &progress, &look);
})

/* Does a plan hold back weights whose best first step is so long, and that the error pulls at so much? */
INSIDE(int inside_held_back(const wi_train_desc *plan, int adaptive, size_t steps, size_t params, double rate,
                            double way, double pull, double layers, wi_diagnosis *d), {
    wi_impl_view look;
    wi_impl_seen s;
    memset(&look, 0, sizeof look);
    memset(&s, 0, sizeof s);
    look.plan.desc = *plan;
    look.plan.progress.steps = steps;
    look.net.param_count = params;
    look.adaptive = adaptive;
    s.way = way;
    s.pull = pull;
    s.trained_layers = layers;
    return wi_impl_held_back(&look, &s, rate, d);
})
#endif

#endif /* INSIDE_H */
