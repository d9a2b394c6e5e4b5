//! What no network may change: the order of regions, sums that are conserved, synchrony, cuts and restarts.

use std::path::Path;

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Hertz, hz, mm_per_ms, ms, s};
use brainmass_core::{Connectome, Laplacian, Node};
use brainmass_network::{
    Connection, Delays, Diffusive, Drive, Integrator, KuramotoSine, Monitor, Network, OrnsteinUhlenbeck,
    Recording, Simulator, WhiteNoise,
};
use brainmass_nodes::{JansenRit, Kuramoto, Linear, StuartLandau, WilsonCowan};
use nalgebra::{DMatrix, DVector};

use super::case::{Case, Check};
use super::systems;
use super::tools::{labelled, largest, normals, states};
use crate::Result;

const fn case(
    name: &'static str,
    what: &'static str,
    source: &'static str,
    (tolerance, why): (f64, &'static str),
    check: fn() -> Result<f64>,
) -> Case {
    Case { name, what, source, tolerance, why, check: Check::Alone(check) }
}

const SYMMETRY: &str = "symmetry of the equations";

pub(super) const CASES: &[Case] = &[
    case(
        "permutation",
        "1000 steps of twelve regions with parameters of their own and delays, in another order, by every coupling, distance \
         from the permuted run relative to the largest value",
        SYMMETRY,
        (
            1e-11,
            "sums of twelve terms in another order differ by 1e-16 a step; the orbits' phases keep what they are given",
        ),
        permutation,
    ),
    case(
        "diffusive-conserves-the-sum",
        "sum of x of twelve regions over 4000 steps, nodes that only add up, symmetric weights, every integrator, relative to \
         the sum of |x| at the start",
        "Σ_ij w_ij (x_j − x_i) = 0",
        (1e-13, "4000 roundings of 1e-16 that do not add up in one direction"),
        sum_is_conserved,
    ),
    case(
        "kuramoto-conserves-the-mean-frequency",
        "mean phase of twelve regions over 4000 steps, symmetric weights, distance from its start plus the mean frequency times \
         t, radians",
        "Σ_ij w_ij sin(θ_j − θ_i) = 0",
        (1e-12, "4000 roundings of phases up to ten"),
        mean_phase,
    ),
    case(
        "synchrony-stays",
        "4000 steps of twelve regions that begin alike with weights that differ, distance from a lone node on its limit cycle",
        "diffusive coupling vanishes between equals",
        (
            1e-12,
            "the row sum of the weights is formed in another order than the sum over sources; coupling damps differences",
        ),
        synchrony,
    ),
    case(
        "rotation-gains-what-the-scheme-says",
        "radius of a rotation of ω dt = 0.06 without decay after 4000 steps, against the scheme's own factor: √(1 + z²), \
         √(1 + z⁴/4), √(1 − z⁶/72 + z⁸/576) per step; relative",
        "|R(iz)| of Euler's, Heun's and Runge and Kutta's scheme",
        (1e-11, "4000 steps of some roundings each"),
        rotation,
    ),
    case(
        "laplacian-kernels",
        "L 1 of twelve regions, unnormalised and random walk, and L √d of the symmetric one, largest entry",
        "Chung (1997), Spectral Graph Theory, section 1.2",
        (1e-14, "sums of twelve terms below two"),
        laplacian_kernels,
    ),
    case(
        "cuts-and-restarts-do-not-matter",
        "samples of a noisy, delayed network, run in parts of 1 to 173 steps and continued from a checkpoint after each, whose \
         bits differ from those of the whole",
        "contract of the simulator",
        (0.0, "a count; states, delays, noise and averages are taken down in full"),
        restarts,
    ),
];

const N: usize = 12;
/// Another order of the twelve.
const ORDER: [usize; N] = [7, 2, 9, 0, 11, 4, 1, 10, 3, 8, 6, 5];

/// Positive weights and lengths of 0 to 30 mm.
fn connectome() -> Result<Connectome> {
    let mut weights = normals(12, 12).map(|x| x.abs() / N as f64);
    weights.fill_diagonal(0.0);
    labelled(weights, &normals(24, 12).rows(12, 12).map(|x| 12.0 * x.abs()))
}

fn symmetric() -> Result<Connectome> {
    let weights = connectome()?.weights().clone();
    Ok(Connectome::without_lengths(&weights + weights.transpose())?)
}

/// One number per region.
fn spread(row: u32) -> Vec<f64> {
    normals(row + 1, 12).row(row as usize).iter().copied().collect()
}

fn permutation() -> Result<f64> {
    let mut errors = Vec::new();
    let drive = ("e_input", Drive::constant(1.25));
    for coupling in ["diffusive", "additive", "sigmoidal", "hyperbolic_tangent", "hyperbolic_tangent_of_sum"]
    {
        let node = WilsonCowan::figure_11();
        errors.push(permuted(&node, coupling, ["r_e", "e_input"], ("w_ee", 16.0), &drive)?);
    }
    let drive = ("e_input", Drive::constant(hz(150.0)));
    let node = JansenRit::default();
    errors.push(permuted(&node, "sigmoidal_jansen_rit", ["potential", "m_input"], ("c", 135.0), &drive)?);
    let drive = ("theta_input", Drive::constant(hz(20.0)));
    errors.push(permuted(
        &Kuramoto::default(),
        "kuramoto",
        ["theta", "theta_input"],
        ("omega", 60.0),
        &drive,
    )?);
    Ok(largest(errors))
}

/// One coupling with delays on nodes of which a parameter differs by some per cent.
fn permuted<M: Node>(
    node: &M,
    coupling: &str,
    [source, input]: [&str; 2],
    (parameter, value): (&str, f64),
    (driven, drive): &(&str, Drive),
) -> Result<f64> {
    let (_, source) = brainmass_core::node::source::<M>(source)?;
    let input = &M::INPUT[brainmass_core::node::variable_index("input", input, M::INPUT)?];
    let unit = M::PARAMETERS[M::PARAMETERS.iter().position(|p| p.name == parameter).unwrap_or(0)].unit;
    let start = &M::STATE[0];
    let run = |order: &[usize]| -> Result<Vec<DMatrix<f64>>> {
        let regional = |row: u32, around: f64, by: f64| {
            let all = spread(row);
            order.iter().map(|region| around + by * all[*region]).collect::<Vec<f64>>()
        };
        let delays = Delays::at_speed(mm_per_ms(3.0));
        let parameters = brainmass_core::units::Values::new(regional(30, value, 0.02 * value), unit);
        let starts =
            regional(31, start.initial + 0.1 * systems::usual(start.unit), 0.1 * systems::usual(start.unit));
        let network = Network::new(node.clone(), connectome()?.permuted(order)?)
            .with_connection(systems::connection(coupling, source, input)?.with_delays(delays))?
            .with_parameter(parameter, parameters)?
            .with_initial(start.name, brainmass_core::units::Values::new(starts, start.unit))?
            .with_drive(driven, drive.clone())?;
        states(&network, Integrator::Heun, ms(0.1), 1000, 0)
    };
    let straight = run(&(0..N).collect::<Vec<_>>())?;
    let shuffled = run(&ORDER)?;
    let error = |(straight, shuffled): (&DMatrix<f64>, &DMatrix<f64>)| {
        (shuffled - straight.select_rows(&ORDER)).amax() / straight.amax()
    };
    Ok(largest(straight.iter().zip(&shuffled).map(error)))
}

fn sum_is_conserved() -> Result<f64> {
    let start = spread(32);
    let total: f64 = start.iter().map(|x| x.abs()).sum();
    let mut errors = Vec::new();
    for integrator in Integrator::ALL {
        let network = Network::new(Linear { gamma: hz(0.0) }, symmetric()?)
            .with_initial("x", start.clone())?
            .with_connection(Connection::new("x", "x_input", Diffusive::new(hz(1.0))))?;
        let x = states(&network, integrator, ms(1.0), 4000, 0)?.swap_remove(0);
        if (x.column(0) - x.column(3999)).amax() < 0.1 {
            return Err("the regions hardly move".into());
        }
        errors.extend(x.column_iter().map(|x| (x.sum() - start.iter().sum::<f64>()).abs() / total));
    }
    Ok(largest(errors))
}

fn mean_phase() -> Result<f64> {
    let (start, omega) = (spread(33), spread(34));
    let network = Network::new(Kuramoto::default(), symmetric()?)
        .with_initial("theta", start.clone())?
        .with_parameter("omega", Hertz::new(omega.clone()))?
        .with_connection(Connection::new("theta", "theta_input", KuramotoSine::new(hz(3.0))))?;
    let theta = states(&network, Integrator::Heun, ms(1.0), 4000, 0)?.swap_remove(0);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / N as f64;
    let due = |step: u32| mean(&start) + mean(&omega) * f64::from(step + 1) * 1e-3;
    Ok(largest((0..4000).map(|step| (theta.column(step as usize).mean() - due(step)).abs())))
}

fn synchrony() -> Result<f64> {
    let run = |connectome: Connectome, weights: bool| -> Result<DMatrix<f64>> {
        let mut network = Network::new(WilsonCowan::figure_11(), connectome)
            .with_initial("r_e", 0.1)?
            .with_drive("e_input", Drive::constant(1.25))?;
        if weights {
            network = network.with_connection(Connection::new("r_e", "e_input", Diffusive::new(0.8)))?;
        }
        Ok(states(&network, Integrator::Heun, ms(0.1), 4000, 0)?.swap_remove(0))
    };
    let (together, alone) = (run(connectome()?, true)?, run(Connectome::single(), false)?);
    Ok(largest(together.row_iter().map(|row| (row - &alone).amax())))
}

fn rotation() -> Result<f64> {
    let z: f64 = 0.06;
    let node = StuartLandau { a: hz(0.0), omega: hz(60.0), beta: hz(0.0) };
    let network = Network::single(node).with_initial("x", 0.1)?;
    let mut errors = Vec::new();
    for (integrator, squared) in [
        (Integrator::Euler, 1.0 + z * z),
        (Integrator::Heun, 1.0 + 0.25 * z.powi(4)),
        (Integrator::RungeKutta4, 1.0 - z.powi(6) / 72.0 + z.powi(8) / 576.0),
    ] {
        let found = states(&network, integrator, ms(1.0), 4000, 0)?;
        let radius = found[0][(0, 3999)].hypot(found[1][(0, 3999)]);
        errors.push((radius / (0.1 * squared.powi(2000)) - 1.0).abs());
    }
    Ok(largest(errors))
}

fn laplacian_kernels() -> Result<f64> {
    let connectome = symmetric()?;
    let ones = DVector::from_element(N, 1.0);
    let roots = connectome.in_strengths().map(f64::sqrt);
    Ok(largest([
        (connectome.laplacian(Laplacian::Unnormalized)? * &ones).amax(),
        (connectome.laplacian(Laplacian::RandomWalk)? * &ones).amax(),
        (connectome.laplacian(Laplacian::Symmetric)? * &roots).amax(),
    ]))
}

fn restarts() -> Result<f64> {
    let delayed =
        Connection::new("r_e", "e_input", Diffusive::new(0.9)).with_delays(Delays::at_speed(mm_per_ms(2.0)));
    let network = Network::new(WilsonCowan::figure_11(), connectome()?)
        .with_connection(delayed)?
        .with_drive("e_input", Drive::constant(1.25))?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(0.1, ms(5.0)))?
        .with_state_noise("r_i", WhiteNoise::new(0.1))?;
    let monitors = [Monitor::of("r_e"), Monitor::of("r_i").averaged(ms(0.7)).named("average")];
    let simulator = Simulator::new(&network, ms(0.1))?.with_seed(4);
    let duration = s(0.1);
    let bits = |mut recording: Recording| -> Result<Vec<u64>> {
        let mut bits = Vec::new();
        for name in ["r_e", "average"] {
            bits.extend(recording.take::<Dimensionless>(name)?.samples().iter().map(|x| x.to_bits()));
        }
        Ok(bits)
    };
    let whole = bits(simulator.run(duration, s(0.0), &monitors)?)?;
    let mut run = simulator.start(duration, s(0.0), &monitors)?;
    for part in [1, 2, 3, 30, 31, 32, 33, 64, 100, 128, 173, 1000] {
        run.advance(part)?;
        let taken_down = run.to_bytes()?;
        run = simulator.resume_from(duration, s(0.0), &monitors, taken_down, Path::new("memory"))?;
    }
    let parts = bits(run.finish()?)?;
    if parts.len() != whole.len() {
        return Err(format!("{} samples in parts, {} in the whole", parts.len(), whole.len()).into());
    }
    Ok(parts.iter().zip(&whole).filter(|(part, whole)| part != whole).count() as f64)
}
