# What comes before each script: one core and no pool of threads, set before numbers are touched, and a stopwatch.

import os
import time

REPEATS = 5

if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
for name in ("OMP", "OPENBLAS", "MKL", "NUMBA"):
    os.environ[f"{name}_NUM_THREADS"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"


def least(run):
    """The least processor time and the least time of the wall over several runs, in seconds."""
    spans = []
    for _ in range(REPEATS):
        wall, processor = time.perf_counter(), time.process_time()
        run()
        spans.append((time.process_time() - processor, time.perf_counter() - wall))
    return [min(span) for span in zip(*spans)]


