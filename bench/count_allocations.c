/* Counts calls that allocate: loaded with LD_PRELOAD into the measured server. The count is the first word of the file
   named by COUNT_ALLOCATIONS, so that the bench can read it while the server runs. */
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

static atomic_ulong unnamed;
static atomic_ulong* calls = &unnamed;

__attribute__((constructor)) static void share(void)
{
    const char* const path = getenv("COUNT_ALLOCATIONS");
    const int file = path ? open(path, O_RDWR) : -1;
    void* const at = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (at != MAP_FAILED) {
        calls = at;
    }
}

static void count(void)
{
    atomic_fetch_add_explicit(calls, 1, memory_order_relaxed);
}

void* malloc(size_t size)
{
    count();
    return __libc_malloc(size);
}

void* calloc(size_t number, size_t size)
{
    count();
    return __libc_calloc(number, size);
}

void* realloc(void* old, size_t size)
{
    count();
    return __libc_realloc(old, size);
}

void* aligned_alloc(size_t alignment, size_t size)
{
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void** out, size_t alignment, size_t size)
{
    count();
    *out = __libc_memalign(alignment, size);
    return *out == NULL ? 12 /* ENOMEM */ : 0;
}
