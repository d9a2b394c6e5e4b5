//! A node of another crate: this one is such a crate. The same equations must run at the speed they have in ours, and a
//! node that escapes from vector instructions must be named by the conformance kit.

use brainmass_core::{Connectome, Node, conformance};
use brainmass_network::{Drive, Monitor, Network};
use brainmass_nodes::FitzHughNagumo;
use nalgebra::DMatrix;
use serde_json::json;

use super::super::progress;
use super::super::report::{Report, Table, digits, times};
use super::super::workload::simulator;
use super::measure::Stopwatch;
use crate::Result;

const REGIONS: usize = 400;

mod nodes {
    #![allow(unreachable_pub, reason = "the macro is made for nodes of other crates")]
    use brainmass_core::units::{Number, Second, ms};
    use brainmass_core::{Real, node};

    /// The equations of `FitzHugh` and Nagumo as they stand in `brainmass-nodes`, with this cubic.
    macro_rules! membrane {
        ($(#[$doc:meta])* $Node:ident $name:literal, $cubic:ident) => {
            node! {
                $(#[$doc])*
                pub struct $Node = $name, "An excitable membrane.";
                parameters {
                    /// Time constant of the potential.
                    tau_v: Second = ms(1.0), ms(0.001) => ms(100_000.0);
                    /// Time constant of the recovery.
                    tau_w: Second = ms(20.0), ms(0.001) => ms(100_000.0);
                    /// Cubic coefficient.
                    alpha: Number = 3.0, 0.0 => 1000.0;
                    /// Quadratic coefficient.
                    beta: Number = 4.0, -1000.0 => 1000.0;
                    /// Linear coefficient.
                    gamma: Number = -1.5, -1000.0 => 1000.0;
                    /// Potential at which the recovery rests at zero.
                    delta: Number = 0.0, -1000.0 => 1000.0;
                    /// Decay of the recovery.
                    epsilon: Number = 0.5, -1000.0 => 1000.0;
                }
                state {
                    /// Membrane potential.
                    v: Number = 0.05;
                    /// Recovery.
                    w: Number = 0.05;
                }
                input {
                    /// Current.
                    v_input: Number;
                    /// Added to the recovery's drive.
                    w_input: Number;
                }
                output {}
                derivative {
                    let cubic = $cubic([alpha, beta, gamma], v);
                    [(cubic - w + v_input) / tau_v, (v - delta - epsilon * w + w_input) / tau_w]
                }
            }
        };
    }

    membrane! {
        /// Written as it should be.
        Downstream "downstream", inlined
    }
    membrane! {
        /// With a helper that is not inlined.
        Escaping "escaping", called
    }
    membrane! {
        /// With a helper of exponentials that is not inlined.
        Saturating "saturating", saturating
    }

    #[inline(always)]
    fn inlined<T: Real>([alpha, beta, gamma]: [T; 3], v: T) -> T {
        ((beta - alpha * v) * v + gamma) * v
    }

    #[inline(never)]
    fn called<T: Real>(coefficients: [T; 3], v: T) -> T {
        inlined(coefficients, v)
    }

    #[inline(never)]
    fn saturating<T: Real>([alpha, beta, gamma]: [T; 3], v: T) -> T {
        gamma * v.tanh() + (beta * v - alpha).sigmoid()
    }
}

/// Adds the cost of a region-step of each, and what the kit says.
pub(super) fn add(stopwatch: &mut Stopwatch, report: &mut Report) -> Result<()> {
    let runs = [
        run(stopwatch, "brainmass-nodes", &FitzHughNagumo::default())?,
        run(stopwatch, "the same equations in another crate", &nodes::Downstream::default())?,
        run(stopwatch, "the same, its cubic out of line", &nodes::Escaping::default())?,
        run(stopwatch, "exponentials instead, out of line", &nodes::Saturating::default())?,
    ];
    let text = format!(
        "FitzHugh–Nagumo by Euler's method, f64, {REGIONS} regions without coupling: from `brainmass-nodes`, written in \
         another crate, and written there with helpers out of line. The check `conformance::vectorizes` names such a node."
    );
    let head = ["run", "ns per region-step", "against ours", "conformance::vectorizes"];
    let mut table = Table::new("A node of another crate", text, &head);
    let ours = runs[0].1;
    for (name, nanoseconds, verdict) in &runs {
        let verdict = if verdict.is_none() { "passed" } else { "named" };
        table.row(vec![
            (*name).to_owned(),
            digits(*nanoseconds),
            times(nanoseconds / ours),
            verdict.to_owned(),
        ]);
    }
    let figures = runs.map(|(name, nanoseconds, verdict)| {
        json!({ "run": name, "ns_per_region_step": nanoseconds, "against_ours": nanoseconds / ours, "named": verdict })
    });
    report.add("downstream", &table, figures.into_iter().collect());
    Ok(())
}

/// A name, nanoseconds per region-step, and what the kit finds wrong.
type Run = (&'static str, f64, Option<String>);

fn run<N: Node>(stopwatch: &mut Stopwatch, name: &'static str, node: &N) -> Result<Run> {
    let islands = Connectome::without_lengths(DMatrix::zeros(REGIONS, REGIONS))?;
    let network = Network::new(node.clone(), islands).with_drive("v_input", Drive::constant(1.0))?;
    let simulator = simulator(&network)?;
    let monitors = [Monitor::of("v").every(brainmass_core::units::ms(1.0))];
    let per_step = stopwatch.nanoseconds(name, || progress::run(&simulator, 2048, &monitors))?;
    let verdict = conformance::vectorizes(node).err().map(|broken| broken.to_string());
    Ok((name, per_step / REGIONS as f64, verdict))
}
