//! The clock: processor time of this thread, so that a busy machine does not count.

/// Seconds of processor time since some moment; where the system has no such clock, of the wall's.
#[cfg(all(feature = "bench", target_os = "linux"))]
pub(super) fn now() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
}

/// Seconds since the first call.
#[cfg(not(all(feature = "bench", target_os = "linux")))]
pub(super) fn now() -> f64 {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed().as_secs_f64()
}
