//! What arrives: sums, symmetries, lone nodes.

use brainmass_core::units::{hz, mm_per_ms, ms, mv, per_mv, s};
use brainmass_core::{Array, Connectome, Coupling, Laplacian};
use brainmass_network::{
    Additive, Connection, Delays, Diffusive, Drive, HyperbolicTangentOfSum, Integrator, Network, Sigmoidal,
    SigmoidalJansenRit,
};
use brainmass_nodes::{Linear, WilsonCowan};
use nalgebra::{DMatrix, DVector};

use super::case::{Case, Check, Difference};
use super::tools::{REFERENCE, labelled, largest, normals, reference, relative, states};
use crate::Result;

const fn case(
    name: &'static str,
    what: &'static str,
    tolerance: f64,
    why: &'static str,
    check: fn() -> Result<f64>,
) -> Case {
    Case { name, what, source: "definition of the coupling", tolerance, why, check: Check::Alone(check) }
}

pub(super) const CASES: &[Case] = &[
    case(
        "additive-is-a-product",
        "what arrives at twelve regions in one step, distance from W x",
        1e-13,
        "sums of twelve products, each below ten",
        additive,
    ),
    case(
        "diffusive-is-a-laplacian",
        "what arrives at twelve regions in one step, distance from (W − diag(W 1)) x",
        1e-13,
        "sums of twelve products, each below ten",
        diffusive,
    ),
    case(
        "diffusive-sums-to-zero",
        "sum over regions of what arrives, symmetric weights",
        1e-13,
        "144 products that cancel",
        || Ok(arriving(&symmetric(), &activity(), Kind::Diffusive)?.sum().abs()),
    ),
    case(
        "uniform-state-feels-nothing",
        "what arrives where all regions are alike",
        1e-13,
        "the row sum of the weights is formed in another order than the sum over sources",
        || Ok(arriving(&weights(), &DVector::from_element(12, 0.7), Kind::Diffusive)?.amax()),
    ),
    case(
        "no-weights-no-network",
        "200 steps of four regions without weights, distance from lone nodes",
        0.0,
        "the same operations on the same numbers",
        lone_nodes,
    ),
    case(
        "permuted-regions",
        "200 steps of a delayed network with its regions in another order, distance from the permuted run",
        1e-12,
        "sums in another order, along an orbit that forgets",
        permuted,
    ),
    case(
        "short-delays-are-none",
        "200 steps with delays below half a step, distance from those without",
        0.0,
        "the same operations on the same numbers",
        short_delays,
    ),
    Case {
        name: "vectors",
        what: "diffusive, additive, sigmoidal, tanh and Jansen–Rit coupling on four targets, relative",
        source: REFERENCE,
        tolerance: 1e-12,
        why: "sums of six products",
        check: Check::Alone(vectors),
    },
    Case {
        name: "laplacians",
        what: "L of four regions, unnormalised, random walk and symmetric, with and without an isolated one",
        source: REFERENCE,
        tolerance: 2e-12,
        why: "the reference adds 1e-12 to what it divides by",
        check: Check::Alone(laplacians),
    },
    Case {
        name: "isolated-region",
        what: "diagonal of the normalised Laplacians at a region without connections, distance from 0",
        source: "Chung (1997), Spectral Graph Theory, section 1.2; the reference has a decay of 1",
        tolerance: 0.0,
        why: "nothing is computed",
        check: Check::Difference(isolated_region),
    },
];

/// Weights of twelve regions, both signs, no diagonal.
fn weights() -> DMatrix<f64> {
    let mut weights = normals(12, 12);
    weights.fill_diagonal(0.0);
    weights
}

fn symmetric() -> DMatrix<f64> {
    0.5 * (weights() + weights().transpose())
}

fn activity() -> DVector<f64> {
    normals(13, 12).row(12).transpose()
}

/// What arrives at each region: the change of x, of a node that only adds up, in an Euler step of a second.
fn arriving(weights: &DMatrix<f64>, x: &DVector<f64>, coupling: Kind) -> Result<DVector<f64>> {
    let connection = match coupling {
        Kind::Additive => Connection::new("x", "x_input", Additive::new(hz(1.0))),
        Kind::Diffusive => Connection::new("x", "x_input", Diffusive::new(hz(1.0))),
    };
    let network = Network::new(Linear { gamma: hz(0.0) }, Connectome::without_lengths(weights.clone())?)
        .with_initial("x", x.as_slice().to_vec())?
        .with_connection(connection)?;
    let after = states(&network, Integrator::Euler, s(1.0), 1, 0)?.swap_remove(0);
    Ok(after.column(0) - x)
}

#[derive(Clone, Copy)]
enum Kind {
    Additive,
    Diffusive,
}

fn additive() -> Result<f64> {
    Ok((arriving(&weights(), &activity(), Kind::Additive)? - weights() * activity()).amax())
}

fn diffusive() -> Result<f64> {
    let laplacian = weights() - DMatrix::from_diagonal(&weights().column_sum());
    Ok((arriving(&weights(), &activity(), Kind::Diffusive)? - laplacian * activity()).amax())
}

/// A ring of four regions with unequal weights, some millimetres long.
fn connectome(millimetres: f64) -> Result<Connectome> {
    let weights = normals(4, 4).map(f64::abs);
    let lengths = DMatrix::from_fn(4, 4, |i, j| millimetres * (1.0 + (i as f64 - 0.3 * j as f64).abs()));
    labelled(weights, &lengths)
}

const START: [f64; 4] = [0.05, 0.1, 0.2, 0.3];

/// 200 steps of `r_e`, with delays at 1 mm/ms or without.
fn run(connectome: Connectome, start: &[f64], delays: bool) -> Result<DMatrix<f64>> {
    let connection = Connection::new("r_e", "e_input", Diffusive::new(0.8));
    let connection =
        if delays { connection.with_delays(Delays::at_speed(mm_per_ms(1.0))) } else { connection };
    let network = Network::new(WilsonCowan::figure_11(), connectome)
        .with_initial("r_e", start.to_vec())?
        .with_connection(connection)?
        .with_drive("e_input", Drive::constant(1.25))?;
    Ok(states(&network, Integrator::Heun, ms(0.1), 200, 0)?.swap_remove(0))
}

fn lone_nodes() -> Result<f64> {
    let together = run(connectome(1.0)?.with_weights(DMatrix::zeros(4, 4))?, &START, true)?;
    let alone = START.iter().map(|start| run(Connectome::single(), &[*start], false));
    let alone = alone.collect::<Result<Vec<_>>>()?;
    Ok(largest((0..4).map(|region| (together.row(region) - alone[region].row(0)).amax())))
}

fn permuted() -> Result<f64> {
    let order = [2, 0, 3, 1];
    let straight = run(connectome(1.0)?, &START, true)?;
    let shuffled = run(connectome(1.0)?.permuted(&order)?, &order.map(|region| START[region]), true)?;
    Ok((shuffled - straight.select_rows(&order)).amax())
}

/// At most 2.2 · 0.01 mm at 1 mm/ms: a fifth of a step of 0.1 ms.
fn short_delays() -> Result<f64> {
    let connectome = connectome(0.01)?;
    Ok((run(connectome.clone(), &START, true)? - run(connectome, &START, false)?).amax())
}

/// What arrives at each target of the reference's file, where every target sees sources of its own, relative error.
fn vector_error<C: Coupling>(coupling: &C, sources: &str, expected: &str) -> Result<f64> {
    let file = reference("coupling/functions")?;
    let (weights, x) = (file.matrix("conn")?, file.matrix(sources)?);
    let (y, expected) = (file.matrix("y")?, file.matrix(expected)?);
    let parameters = coupling.with(&mut |_, value| value);
    let arrived = |i: usize| {
        let sent = |j: usize, k: usize| C::send(&parameters, x[(i, j)]).as_ref()[k];
        let sums = C::Sent::from_fn(|k| (0..x.ncols()).map(|j| weights[(i, j)] * sent(j, k)).sum());
        C::receive(&parameters, y[i], &sums, weights.row(i).sum())
    };
    Ok(largest((0..x.nrows()).map(|i| relative(arrived(i), expected[i]))))
}

fn vectors() -> Result<f64> {
    let k = 0.7;
    // Theirs are plain numbers: mV for the potential, 1/mV for the slope.
    let jansen_rit = SigmoidalJansenRit::new(k)
        .with_rates(hz(0.0), hz(0.005))
        .with_sigmoid(mv(6.0) * 1e3, per_mv(0.56) / 1e3);
    Ok(largest([
        vector_error(&Diffusive::new(k), "x", "diffusive")?,
        vector_error(&Additive::new(k).with_offset(0.309_665_732_002_078_3), "x", "additive")?,
        vector_error(&Sigmoidal::new(k, 1.0), "x", "sigmoidal")?,
        vector_error(&HyperbolicTangentOfSum::new(0.5, 2.0), "x", "tanh")?,
        vector_error(&jansen_rit, "x_pos", "sigmoidal_jansen_rit")?,
    ]))
}

const LAPLACIANS: [(Laplacian, &str); 3] =
    [(Laplacian::Unnormalized, "None"), (Laplacian::RandomWalk, "rw"), (Laplacian::Symmetric, "sym")];

fn laplacians() -> Result<f64> {
    let file = reference("coupling/functions")?;
    let mut errors = Vec::new();
    for (weights, suffix) in [("lap_W", ""), ("lap_W_isolated", "_isolated")] {
        let connectome = Connectome::without_lengths(file.matrix(weights)?)?;
        for (laplacian, name) in LAPLACIANS {
            // Theirs has the other sign.
            let mut sum = file.matrix(&format!("lap_{name}{suffix}"))? + connectome.laplacian(laplacian)?;
            if !suffix.is_empty() {
                sum[(1, 1)] = 0.0;
            }
            errors.push(sum.amax());
        }
    }
    Ok(largest(errors))
}

fn isolated_region() -> Result<Difference> {
    let file = reference("coupling/functions")?;
    let connectome = Connectome::without_lengths(file.matrix("lap_W_isolated")?)?;
    let (mut from_right, mut from_wrong) = (0.0, f64::INFINITY);
    for (laplacian, name) in LAPLACIANS.into_iter().skip(1) {
        let found = connectome.laplacian(laplacian)?[(1, 1)];
        let wrong = -file.matrix(&format!("lap_{name}_isolated"))?[(1, 1)];
        from_right = largest([from_right, found.abs()]);
        from_wrong = (found - wrong).abs().min(from_wrong);
    }
    Ok(Difference { from_right, from_wrong })
}
