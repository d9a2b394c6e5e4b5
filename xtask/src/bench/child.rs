//! What the benchmark runs in processes of its own: `cargo xtask bench child …`, for valgrind, and where a
//! fresh process is what is measured.

use std::process::Command;
use std::time::Instant;

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{ms, s};
use brainmass_forward::{BalloonWindkessel, Haemodynamics};
use brainmass_network::{Integrator, Monitor, Simulator};

use super::workload::{Delayed, Parts, monitors, network, simulator};
use crate::Result;

/// Does what a child is told; it prints one number or nothing.
pub(super) fn command(words: &[&str]) -> Result<bool> {
    match words {
        ["steps", n, n_steps, integrator, noise] => {
            steps(n.parse()?, n_steps.parse()?, Integrator::by_name(integrator)?, *noise == "noise")?;
        }
        ["bold", model, n_steps] => super::bold::child(model, n_steps.parse()?)?,
        ["memory", n, seconds] => println!("{}", memory(n.parse()?, seconds.parse()?)?),
        ["first", n] => println!("{}", first(n.parse()?)?),
        #[cfg(feature = "bench")]
        ["many", n, coupling, n_runs] => super::timing::print_many(n.parse()?, coupling, n_runs.parse()?)?,
        other => return Err(format!("no child does `{}`", other.join(" ")).into()),
    }
    Ok(true)
}

/// Starts this program as a child, under another one if there are words for it, with a number of threads.
pub(super) fn start(under: &[&str], threads: usize, words: &[&str]) -> Result<std::process::Output> {
    let program = std::env::current_exe()?;
    let mut command = match under {
        [] => Command::new(&program),
        [other, arguments @ ..] => {
            let mut command = Command::new(other);
            command.args(arguments).arg(&program);
            command
        }
    };
    command.env("RAYON_NUM_THREADS", threads.to_string());
    let output = command.args(["bench", "child"]).args(words).output()?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`bench child {}` failed: {said}", words.join(" ")).into())
}

/// The number that a child prints.
pub(super) fn number(words: &[&str]) -> Result<f64> {
    Ok(String::from_utf8(start(&[], 1, words)?.stdout)?.trim().parse()?)
}

fn steps(n: usize, n_steps: usize, integrator: Integrator, noise: bool) -> Result<()> {
    let network = network(n, Parts { coupling: Some(Delayed(true)), noise })?;
    let simulator = simulator(&network)?.with_integrator(integrator);
    simulator.run(ms(0.1) * n_steps as f64, ms(0.0), &monitors())?;
    Ok(())
}

/// The peak memory of a run whose BOLD is streamed, in KiB. Steps of 1 ms: long runs, a short history.
fn memory(n: usize, seconds: f64) -> Result<u64> {
    let network = network(n, Parts { coupling: Some(Delayed(true)), noise: true })?;
    let balloon = BalloonWindkessel::<Dimensionless>::new(Haemodynamics::friston_2003());
    let balloon = balloon.with_repetition_time(s(2.0));
    Simulator::new(&network, ms(1.0))?.run(s(seconds), s(0.0), &[Monitor::of("r_e").observed(balloon)])?;
    let status = std::fs::read_to_string("/proc/self/status")?;
    peak(&status).ok_or_else(|| "this system does not say how much memory was used".into())
}

/// The line `VmHWM:   1234 kB`.
fn peak(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// From nothing to the recording of a second, ms.
fn first(n: usize) -> Result<f64> {
    let connectome = super::workload::connectome(n)?;
    let since = Instant::now();
    let network = super::workload::on(connectome, Parts { coupling: Some(Delayed(true)), noise: true })?;
    simulator(&network)?.run(s(1.0), s(0.0), &monitors())?;
    Ok(since.elapsed().as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_from_the_status() {
        assert_eq!(peak("Name:\ta\nVmPeak:\t  9 kB\nVmHWM:\t  5128 kB\nVmRSS:\t 77 kB\n"), Some(5128));
        assert_eq!(peak("VmHWM:\t many kB\n"), None);
    }

    #[test]
    fn children_do_what_they_are_told() {
        assert!(command(&["steps", "3", "512", "heun", "noise"]).unwrap());
        assert!(first(3).unwrap() > 0.0);
        assert!(command(&["steps", "3", "512", "newton", "noise"]).is_err());
        assert!(command(&["nothing"]).is_err());
    }
}
