/* Attempts at examples/exercises/03_backward.c: one that is right, and wrong ones with a part of the hint each should get. */
/*@ right */
static void backward(double *dw, double *db, double *dx, const double *x, const double *w, const double *y, const double *dy)
{
    for (int s = 0; s < BATCH; s++) {
        for (int i = 0; i < INPUTS; i++) dx[s * INPUTS + i] = 0;
        for (int u = 0; u < UNITS; u++) {
            double t = y[s * UNITS + u], dz = dy[s * UNITS + u] * (1 - t * t);
            db[u] += dz;
            for (int i = 0; i < INPUTS; i++) {
                dw[u * INPUTS + i] += dz * x[s * INPUTS + i];
                dx[s * INPUTS + i] += dz * w[u * INPUTS + i];
            }
        }
    }
}
/*@ wrong: dw is off */
static void backward(double *dw, double *db, double *dx, const double *x, const double *w, const double *y, const double *dy)
{
    for (int s = 0; s < BATCH; s++) {
        for (int i = 0; i < INPUTS; i++) dx[s * INPUTS + i] = 0;
        for (int u = 0; u < UNITS; u++) {
            double t = y[s * UNITS + u], dz = dy[s * UNITS + u] * (1 - t);
            db[u] += dz;
            for (int i = 0; i < INPUTS; i++) {
                dw[u * INPUTS + i] += dz * x[s * INPUTS + i];
                dx[s * INPUTS + i] += dz * w[u * INPUTS + i];
            }
        }
    }
}
/*@ wrong: dw is off */
static void backward(double *dw, double *db, double *dx, const double *x, const double *w, const double *y, const double *dy)
{
    for (int s = 0; s < BATCH; s++) {
        for (int i = 0; i < INPUTS; i++) dx[s * INPUTS + i] = 0;
        for (int u = 0; u < UNITS; u++) {
            double t = y[s * UNITS + u], dz = dy[s * UNITS + u] * (1 - t * t);
            db[u] += dz;
            for (int i = 0; i < INPUTS; i++) {
                dw[u * INPUTS + i] = dz * x[s * INPUTS + i];
                dx[s * INPUTS + i] += dz * w[u * INPUTS + i];
            }
        }
    }
}
/*@ wrong: db is off */
static void backward(double *dw, double *db, double *dx, const double *x, const double *w, const double *y, const double *dy)
{
    for (int s = 0; s < BATCH; s++) {
        for (int i = 0; i < INPUTS; i++) dx[s * INPUTS + i] = 0;
        for (int u = 0; u < UNITS; u++) {
            double t = y[s * UNITS + u], dz = dy[s * UNITS + u] * (1 - t * t);
            db[u] = dz;
            for (int i = 0; i < INPUTS; i++) {
                dw[u * INPUTS + i] += dz * x[s * INPUTS + i];
                dx[s * INPUTS + i] += dz * w[u * INPUTS + i];
            }
        }
    }
}
/*@ wrong: that of y or that of z */
static void backward(double *dw, double *db, double *dx, const double *x, const double *w, const double *y, const double *dy)
{
    for (int s = 0; s < BATCH; s++) {
        for (int i = 0; i < INPUTS; i++) dx[s * INPUTS + i] = 0;
        for (int u = 0; u < UNITS; u++) {
            double t = y[s * UNITS + u], dz = dy[s * UNITS + u] * (1 - t * t);
            db[u] += dz;
            for (int i = 0; i < INPUTS; i++) {
                dw[u * INPUTS + i] += dz * x[s * INPUTS + i];
                dx[s * INPUTS + i] += dy[s * UNITS + u] * w[u * INPUTS + i];
            }
        }
    }
}
