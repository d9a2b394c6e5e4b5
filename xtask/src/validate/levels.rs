//! The same bits at every level of vector instructions, as a release build runs them: builds for tests run AVX2 code
//! in the place of AVX-512.

use brainmass_core::random::Stream;
use brainmass_core::units::{Second, hz, mm_per_ms, ms};
use brainmass_core::{Connectome, CpuLevel, Kernel, Lanes, Node, Real};
use brainmass_network::{
    Additive, Connection, Delays, Diffusive, Drive, Integrator, Network, OrnsteinUhlenbeck, Precision,
    Simulator, WhiteNoise,
};
use brainmass_nodes::{JansenRit, StuartLandau, WilsonCowan};
use nalgebra::DMatrix;

use super::case::{Case, Check};
use super::tools::{labelled, largest, record};
use crate::Result;

const CONTRACT: &str = "contract of `CpuLevel`; IEEE 754";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "functions-agree",
        what: "results of elementary functions in f64 whose bits at a level of this CPU, alone or in lanes, differ \
               from those of one number at the baseline",
        source: CONTRACT,
        tolerance: 0.0,
        why: "a count; every operation is rounded by itself, at each level",
        check: Check::Alone(functions::<f64>),
    },
    Case {
        name: "single-functions-agree",
        what: "the same in f32",
        source: CONTRACT,
        tolerance: 0.0,
        why: "a count; every operation is rounded by itself, at each level",
        check: Check::Alone(functions::<f32>),
    },
    Case {
        name: "networks-agree",
        what: "samples of networks, with delays and without, sparse and dense, by every integrator in both precisions, \
               whose bits at a level of this CPU differ from those at the baseline",
        source: CONTRACT,
        tolerance: 0.0,
        why: "a count; sums have one order whatever the width of a vector",
        check: Check::Alone(networks),
    },
    Case {
        name: "panels-agree",
        what: "samples of eight networks side by side whose bits at a level of this CPU differ from those of each alone \
               at the baseline",
        source: CONTRACT,
        tolerance: 0.0,
        why: "a count; sums have one order whatever stands in the lanes",
        check: Check::Alone(panels),
    },
];

/// How many numbers a function is tried on.
const NUMBERS: usize = 65_536;

/// Numbers of all magnitudes and both signs, subnormals, infinities and NaN among them; then usual arguments.
fn arguments<T: Real>() -> Vec<T> {
    // Multiples of the golden ratio fill an interval evenly.
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let number = |k: u32| {
        let bits = u64::from(k).wrapping_mul(GOLDEN);
        let uniform = (bits >> 11) as f64 / 2f64.powi(53);
        match k % 4 {
            0 | 1 => f64::from_bits(bits.rotate_left(k % 4)),
            2 => 2.0 * uniform - 1.0,
            _ => 1600.0 * uniform - 800.0,
        }
    };
    (0..).take(NUMBERS).map(|k| T::from_f64(number(k))).collect()
}

/// Every function of a number, and powers of it.
#[inline(always)]
fn all<T: Real>(x: T) -> [T; 13] {
    [
        x.exp(),
        x.exp_m1(),
        x.ln(),
        x.sqrt(),
        x.sin(),
        x.cos(),
        x.tanh(),
        x.sigmoid(),
        x.exp_ratio(),
        x.recip(),
        x.abs().powf(T::from_f64(0.37)),
        T::from_f64(1.7).powf(x),
        x.clamp(-1.0, 2.0) - x.square(),
    ]
}

struct All<'a, T>(&'a [T], &'a mut [[T; 13]]);

impl<T: Real> Kernel for All<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (x, results) in self.0.iter().zip(self.1) {
            *results = all(*x);
        }
    }
}

fn functions<T: Real<Mask = bool> + Into<f64>>() -> Result<f64> {
    let numbers = arguments::<T>();
    let zero = T::zero();
    let mut expected = vec![[zero; 13]; NUMBERS];
    CpuLevel::Baseline.run(All(&numbers, &mut expected));
    let in_lanes: Vec<Lanes<T, 16>> = numbers.as_chunks::<16>().0.iter().map(|chunk| Lanes(*chunk)).collect();
    let mut differing = 0;
    for level in CpuLevel::available() {
        let mut alone = vec![[zero; 13]; NUMBERS];
        level.run(All(&numbers, &mut alone));
        let mut lanes = vec![[Lanes([zero; 16]); 13]; in_lanes.len()];
        level.run(All(&in_lanes, &mut lanes));
        for (k, expected) in expected.iter().enumerate() {
            for (function, expected) in expected.iter().enumerate() {
                let found = [alone[k][function], lanes[k / 16][function].0[k % 16]];
                differing += found.into_iter().filter(|found| !same(*found, *expected)).count();
            }
        }
    }
    if expected.iter().flatten().filter(|x| Into::<f64>::into(**x).is_finite()).count() < 8 * NUMBERS {
        return Err("too few of the arguments have finite results".into());
    }
    Ok(differing as f64)
}

/// NaN for NaN, else the same bits; widening is exact.
fn same<T: Into<f64>>(a: T, b: T) -> bool {
    let (a, b): (f64, f64) = (a.into(), b.into());
    (a.is_nan() && b.is_nan()) || a.to_bits() == b.to_bits()
}

/// 41 regions, more than two chunks and a block of targets; `density` of the pairs have a weight.
fn connectome(density: f64) -> Result<Connectome> {
    let number = |stream: u32, i: usize, j: usize| {
        let region = u32::try_from(i).unwrap_or(0);
        (0.5 * Stream::new(7, stream).normal(region, j as u64)).abs().fract()
    };
    let weight = |i, j| if number(0, i, j) < density { 0.1 * number(1, i, j) } else { 0.0 };
    labelled(DMatrix::from_fn(41, 41, weight), &DMatrix::from_fn(41, 41, |i, j| 100.0 * number(2, i, j)))
}

fn wilson_cowan(density: f64, delayed: bool) -> Result<Network<WilsonCowan>> {
    let connection = Connection::new("r_e", "e_input", Diffusive::new(0.2));
    let delays = Delays::at_speed(mm_per_ms(10.0));
    Ok(Network::new(WilsonCowan::figure_11(), connectome(density)?)
        .with_connection(if delayed { connection.with_delays(delays) } else { connection })?
        .with_drive("e_input", Drive::constant(1.5))?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(0.1, ms(5.0)))?
        .with_state_noise("r_i", WhiteNoise::new(0.1))?
        .with_random_initial("r_e", 0.0, 0.3)?)
}

fn networks() -> Result<f64> {
    let mut differing = Vec::new();
    for density in [0.2, 2.0] {
        for delayed in [true, false] {
            differing.push(levels(&wilson_cowan(density, delayed)?, ms(0.1), &["r_e", "r_i"])?);
        }
    }
    let delayed =
        Connection::new("rate", "e_input", Additive::new(10.0)).with_delays(Delays::at_speed(mm_per_ms(3.0)));
    let jansen_rit = Network::new(JansenRit::default(), connectome(2.0)?)
        .with_connection(delayed)?
        .with_drive("e_input", Drive::constant(hz(200.0)))?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(hz(2.0), ms(20.0)))?;
    differing.push(levels(&jansen_rit, ms(0.2), &["potential"])?);
    // Steps so large that many delays are shorter than eight of them.
    let oscillators = Network::new(
        StuartLandau { a: hz(2.0), omega: hz(20.0), ..StuartLandau::default() },
        connectome(2.0)?,
    )
    .with_connection(
        Connection::new("x", "x_input", Diffusive::new(hz(3.0)))
            .with_delays(Delays::at_speed(mm_per_ms(10.0))),
    )?
    .with_random_initial("y", -1.0, 1.0)?;
    differing.push(levels(&oscillators, ms(1.5), &["x", "y"])?);
    Ok(differing.into_iter().sum())
}

/// Samples of runs at every level that differ from those at the baseline.
fn levels<N: Node>(network: &Network<N>, dt: Second, names: &[&str]) -> Result<f64> {
    let mut differing = 0;
    for integrator in Integrator::ALL {
        for precision in [Precision::Double, Precision::Single] {
            let at = |level| {
                let simulator =
                    Simulator::new(network, dt)?.with_integrator(integrator).with_precision(precision);
                record(&simulator.with_cpu_level(level).with_seed(3), dt * 600.0, dt * 0.0, names)
            };
            let expected = at(CpuLevel::Baseline)?;
            if expected.iter().any(|series| moves(series) < series.len() / 2) {
                return Err(format!("a run of {} by {integrator:?} hardly moves", N::NAME).into());
            }
            for level in CpuLevel::available() {
                differing += differences(&at(level)?, &expected);
            }
        }
    }
    Ok(differing as f64)
}

/// In how many samples a region differs from the sample before.
fn moves(series: &DMatrix<f64>) -> usize {
    let pairs = series.column_iter().zip(series.column_iter().skip(1));
    pairs.map(|(a, b)| a.iter().zip(b.iter()).filter(|(a, b)| a != b).count()).sum()
}

fn differences(found: &[DMatrix<f64>], expected: &[DMatrix<f64>]) -> usize {
    let pairs = found.iter().zip(expected).flat_map(|(found, expected)| found.iter().zip(expected));
    pairs.filter(|(found, expected)| found.to_bits() != expected.to_bits()).count()
}

fn panels() -> Result<f64> {
    let network = wilson_cowan(2.0, false)?;
    let monitors = [brainmass_network::Monitor::of("r_e")];
    let mut differing = Vec::new();
    for precision in [Precision::Double, Precision::Single] {
        let simulators = |level| {
            let one = |seed| {
                let simulator = Simulator::new(&network, ms(0.1))?.with_precision(precision);
                Ok(simulator.with_cpu_level(level).with_seed(seed))
            };
            (0..8).map(one).collect::<Result<Vec<_>>>()
        };
        let alone = simulators(CpuLevel::Baseline)?;
        let alone = alone.iter().map(|simulator| record(simulator, ms(50.0), ms(0.0), &["r_e"]));
        let alone: Vec<DMatrix<f64>> = alone.collect::<Result<Vec<_>>>()?.concat();
        for level in CpuLevel::available() {
            let recordings = Simulator::run_many(&simulators(level)?, ms(50.0), ms(0.0), &monitors);
            for (recording, alone) in recordings.into_iter().zip(&alone) {
                let found = recording?.take::<brainmass_core::units::dimension::Dimensionless>("r_e")?;
                differing.push(differences(&[found.values().clone()], std::slice::from_ref(alone)) as f64);
            }
        }
    }
    Ok(largest(differing))
}
