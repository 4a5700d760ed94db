// The worker for libraries that have the function sgemm: oneDNN, BLIS, OpenBLAS.
//
//     gcc -O2 -o blas blas.c -ldl
//     OMP_NUM_THREADS=1 ./blas openblas
//
// The library is opened when the program runs, so that it builds without any of them.
#include "../product.h"

#include <dlfcn.h>
#include <stdint.h>

typedef void (*cblas_sgemm_t)(int order, int transA, int transB, int m, int n, int k, float alpha, const float *a,
                              int lda, const float *b, int ldb, float beta, float *c, int ldc);
typedef int (*dnnl_sgemm_t)(char transA, char transB, int64_t m, int64_t n, int64_t k, float alpha, const float *a,
                            int64_t lda, const float *b, int64_t ldb, float beta, float *c, int64_t ldc);
typedef struct {
    int major, minor, patch;
} dnnl_version_t; // its beginning

static cblas_sgemm_t cblas_sgemm;
static dnnl_sgemm_t dnnl_sgemm;

enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112 };

static void prepare(const product *p) { (void)p; }
static void finish(void) {}

static void multiply(const product *p) {
    int lda = p->transA ? p->m : p->k, ldb = p->transB ? p->k : p->n;
    if (dnnl_sgemm)
        dnnl_sgemm(p->transA ? 'T' : 'N', p->transB ? 'T' : 'N', p->m, p->n, p->k, 1, p->a, lda, p->b, ldb, 0, p->c,
                   p->n);
    else
        cblas_sgemm(ROW_MAJOR, p->transA ? TRANS : NO_TRANS, p->transB ? TRANS : NO_TRANS, p->m, p->n, p->k, 1, p->a,
                    lda, p->b, ldb, 0, p->c, p->n);
}

// must ends the program where dlopen or dlsym returned nothing.
static void *must(void *result) {
    if (result) return result;
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
}

// open_any returns the first library that is there of a list that ends with NULL.
static void *open_any(const char *const *names) {
    void *library = NULL;
    for (; *names && !library; names++) library = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
    return must(library);
}

// open_library finds the named library's function and prints its version.
static void open_library(const char *name) {
    if (!strcmp(name, "onednn")) {
        void *l = open_any((const char *[]){"libdnnl.so.3", "libdnnl.so.2", "libdnnl.so", NULL});
        dnnl_sgemm = (dnnl_sgemm_t)must(dlsym(l, "dnnl_sgemm"));
        const dnnl_version_t *v = ((const dnnl_version_t *(*)(void))must(dlsym(l, "dnnl_version")))();
        printf("oneDNN %d.%d.%d\n", v->major, v->minor, v->patch);
    } else if (!strcmp(name, "blis")) {
        void *l = open_any((const char *[]){"libblis.so.4", "libblis.so", NULL});
        cblas_sgemm = (cblas_sgemm_t)must(dlsym(l, "cblas_sgemm"));
        printf("BLIS %s\n", ((const char *(*)(void))must(dlsym(l, "bli_info_get_version_str")))());
    } else if (!strcmp(name, "openblas")) {
        void *l = open_any((const char *[]){"libopenblas.so.0", "libopenblas.so", NULL});
        cblas_sgemm = (cblas_sgemm_t)must(dlsym(l, "cblas_sgemm"));
        printf("%s\n", ((const char *(*)(void))must(dlsym(l, "openblas_get_config")))());
    } else {
        fprintf(stderr, "no such library: %s\n", name);
        exit(2);
    }
    fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    open_library(argv[1]);
    serve();
}
