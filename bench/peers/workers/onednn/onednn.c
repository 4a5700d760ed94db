// The worker for oneDNN's matmul primitive, which is made for one product and then run many times.
// It wants version 2 of the library.
//
//     gcc -O2 -o onednn onednn.c -ldnnl
//     OMP_NUM_THREADS=1 ./onednn
#include "../product.h"

#include <oneapi/dnnl/dnnl.h>

static dnnl_engine_t engine;
static dnnl_stream_t stream;
static dnnl_primitive_t primitive;
static dnnl_exec_arg_t operands[3];

static void must(dnnl_status_t status) {
    if (status == dnnl_success) return;
    fprintf(stderr, "oneDNN: status %d\n", status);
    exit(1);
}

// operand describes a row-major matrix (rows, cols), or one that is stored as its transpose, and makes
// it an operand of the primitive.
static dnnl_memory_desc_t operand(int index, int argument, int rows, int cols, int transposed, float *data) {
    dnnl_memory_desc_t matrix;
    dnnl_dims_t dims = {rows, cols};
    must(dnnl_memory_desc_init_by_tag(&matrix, 2, dims, dnnl_f32, transposed ? dnnl_ba : dnnl_ab));
    operands[index].arg = argument;
    must(dnnl_memory_create(&operands[index].memory, &matrix, engine, data));
    return matrix;
}

static void prepare(const product *p) {
    dnnl_memory_desc_t a = operand(0, DNNL_ARG_SRC, p->m, p->k, p->transA, p->a);
    dnnl_memory_desc_t b = operand(1, DNNL_ARG_WEIGHTS, p->k, p->n, p->transB, p->b);
    dnnl_memory_desc_t c = operand(2, DNNL_ARG_DST, p->m, p->n, 0, p->c);
    dnnl_matmul_desc_t matmul;
    must(dnnl_matmul_desc_init(&matmul, &a, &b, NULL, &c));
    dnnl_primitive_desc_t description;
    must(dnnl_primitive_desc_create(&description, &matmul, NULL, engine, NULL));
    must(dnnl_primitive_create(&primitive, description));
    must(dnnl_primitive_desc_destroy(description));
}

static void multiply(const product *p) {
    (void)p;
    must(dnnl_primitive_execute(primitive, stream, 3, operands));
    must(dnnl_stream_wait(stream));
}

static void finish(void) {
    must(dnnl_primitive_destroy(primitive));
    for (int i = 0; i < 3; i++) must(dnnl_memory_destroy(operands[i].memory));
}

int main(void) {
    const dnnl_version_t *v = dnnl_version();
    printf("oneDNN %d.%d.%d\n", v->major, v->minor, v->patch);
    fflush(stdout);
    must(dnnl_engine_create(&engine, dnnl_cpu, 0));
    must(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
    serve();
}
