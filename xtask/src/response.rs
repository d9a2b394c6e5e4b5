//! `cargo xtask response`: the polynomials of `brainmass_nodes::response` from the solver.

use std::f64::consts::PI;
use std::fmt::Write;

use brainmass_core::units::{Volt, VoltPerSecond};
use brainmass_core::write_atomically;
use brainmass_nodes::ExponentialIntegrateAndFire;
use brainmass_nodes::response::{mu_at, sigma_at};

use crate::{Result, root};

/// Chebyshev points along the mean and along the noise: enough that what is cut off is seen before it is aliased.
const POINTS: [usize; 2] = [48, 18];
const FILE: &str = "brainmass-nodes/src/response/coefficients.rs";
const HEAD: &str = "\
//! Coefficients of the polynomials: rows along the mean, columns along the noise. Written by `cargo xtask response`.
#![allow(clippy::unreadable_literal, reason = \"numbers of a program for a program\")]
";

/// A polynomial in the source: its name, what it is, how many rows and columns it keeps.
struct Surface {
    name: &'static str,
    what: &'static str,
    kept: [usize; 2],
}

const SURFACES: [Surface; 3] = [
    Surface { name: "LN_PASSAGE_TIME", what: "ln of the time from reset to spike in s.", kept: [20, 8] },
    Surface { name: "MEAN_POTENTIAL", what: "Mean potential, V.", kept: [20, 8] },
    Surface { name: "LN_TIME_CONSTANT", what: "ln of the time constant of the rate in s.", kept: [16, 7] },
];

/// Writes the coefficients, or checks that those that stand there are the solver's; whether all is well.
pub(crate) fn command(words: &[&str]) -> Result<bool> {
    let path = root().join(FILE);
    match words {
        [] => {
            let text = source()?;
            write_atomically(&path, |file| std::io::Write::write_all(file, text.as_bytes()))?;
            println!("written to {}", path.display());
            Ok(true)
        }
        ["--check"] => is_fresh(),
        _ => Err("usage: cargo xtask response [--check]".into()),
    }
}

/// Whether the file holds what the solver gives.
pub(crate) fn is_fresh() -> Result<bool> {
    Ok(std::fs::read_to_string(root().join(FILE))? == source()?)
}

fn source() -> Result<String> {
    let values = values()?;
    let mut text = HEAD.to_owned();
    for (Surface { name, what, kept: [rows, columns] }, values) in SURFACES.iter().zip(&values) {
        write!(
            text,
            "\n/// {what}\n#[rustfmt::skip]\npub(super) const {name}: [[f64; {columns}]; {rows}] = [\n"
        )?;
        for k in 0..*rows {
            let numbers: Vec<String> =
                (0..*columns).map(|l| format!("{:.9}", coefficient(values, k, l))).collect();
            writeln!(text, "    [{}],", numbers.join(", "))?;
        }
        text.push_str("];\n");
    }
    Ok(text)
}

/// Where a Chebyshev point stands between −1 and 1.
fn point(k: usize, n: usize) -> f64 {
    (PI * (k as f64 + 0.5) / n as f64).cos()
}

/// ln T, V̄ and ln τ at all points, rows along the mean.
fn values() -> Result<[Vec<Vec<f64>>; 3]> {
    let neuron = ExponentialIntegrateAndFire::default();
    let mut values: [Vec<Vec<f64>>; 3] = Default::default();
    for i in 0..POINTS[0] {
        for surface in &mut values {
            surface.push(Vec::new());
        }
        for j in 0..POINTS[1] {
            let mu = VoltPerSecond::new(mu_at(point(i, POINTS[0])));
            let sigma = Volt::new(sigma_at(point(j, POINTS[1])));
            let state = neuron.steady_state(mu, sigma)?;
            let passage = 1.0 / state.rate.value_unsafe - neuron.t_ref.value_unsafe;
            let tau = neuron.time_constant(mu, sigma)?;
            let found = [passage.ln(), state.mean_potential.value_unsafe, tau.value_unsafe.ln()];
            for (surface, value) in values.iter_mut().zip(found) {
                surface[i].push(value);
            }
        }
    }
    Ok(values)
}

/// The coefficient of `T_k(x) T_l(y)` in the polynomial through all points.
fn coefficient(values: &[Vec<f64>], k: usize, l: usize) -> f64 {
    let [n, m] = POINTS;
    let polynomial =
        |order: usize, index: usize, n: usize| (PI * order as f64 * (index as f64 + 0.5) / n as f64).cos();
    let row = |i: usize| (0..m).map(|j| values[i][j] * polynomial(l, j, m)).sum::<f64>();
    let sum: f64 = (0..n).map(|i| polynomial(k, i, n) * row(i)).sum();
    let of_order = |order: usize, n: usize| if order == 0 { 1.0 } else { 2.0 } / n as f64;
    sum * of_order(k, n) * of_order(l, m)
}
