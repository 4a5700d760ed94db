// A worker's side of the comparison, in C: what internal/turn is in Go, for libraries that multiply
// matrices.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// A product C = A·B of A (m, k) and B (k, n), all row-major. transA says that A is stored as its
// transpose (k, m), transB that B is (n, k).
typedef struct {
    int m, n, k, transA, transB;
    float *a, *b, *c;
} product;

// What a worker has to have: prepare is called once for each product, then multiply many times, then
// finish. They end the program if they fail.
static void prepare(const product *p);
static void multiply(const product *p);
static void finish(void);

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static double repeat(const product *p, long calls) {
    double begin = now();
    for (long i = 0; i < calls; i++) multiply(p);
    return now() - begin;
}

// measure returns the seconds that a product takes, on average over about the given time, after as long
// a time to warm up.
static double measure(const product *p, double seconds) {
    long calls = 1;
    double took = 0;
    for (double begin = now(); now() - begin < seconds;)
        if ((took = repeat(p, calls)) < seconds / 8) calls *= 2;
    calls = seconds / took * calls;
    if (calls < 1) calls = 1;
    return repeat(p, calls) / calls;
}

// matrix returns (rows, cols) values in row-major order, or their transpose, aligned to a cache line.
static float *matrix(int rows, int cols, int transposed, int (*value)(int, int)) {
    float *data = aligned_alloc(64, ((size_t)rows * cols * sizeof *data + 63) / 64 * 64);
    if (!data) exit(1);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++) data[transposed ? (size_t)j * rows + i : (size_t)i * cols + j] = value(i, j);
    return data;
}

// Small integers, so that C is exact in any order of summation.
static int value_a(int i, int k) { return (3 * i + 5 * k) % 7 - 3; }
static int value_b(int k, int j) { return (2 * k + 7 * j) % 5 - 2; }
static int zero(int i, int j) { return (void)i, (void)j, 0; }

// serve answers the turns of a worker until its input ends. The worker has printed its version.
static void serve(void) {
    char line[256], form[8];
    double seconds;
    product p;
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "product %7s %d %d %d %lf", form, &p.m, &p.n, &p.k, &seconds) != 5) {
            printf("error no such task: %s", line);
            continue;
        }
        p.transA = !strcmp(form, "TN"), p.transB = !strcmp(form, "NT");
        p.a = matrix(p.m, p.k, p.transA, value_a);
        p.b = matrix(p.k, p.n, p.transB, value_b);
        p.c = matrix(p.m, p.n, 0, zero);
        prepare(&p);
        double took = measure(&p, seconds), check = 0;
        for (long i = 0; i < (long)p.m * p.n; i++) check += (double)p.c[i] * (i % 13 + 1);
        printf("ok %.9g %.17g\n", took, check);
        finish();
        free(p.a), free(p.b), free(p.c);
    }
}
