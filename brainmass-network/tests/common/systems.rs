//! Small networks of any node on which everything moves, for derivatives: shared by the tests of this crate and
//! `cargo xtask validate`.

use brainmass_core::random::Stream;
use brainmass_core::units::dimension::{Ampere, Hertz, HertzPerSecond, Volt, VoltPerSecond};
use brainmass_core::units::{Meter, Second, Unit, Values, hz, mm_per_ms, ms};
use brainmass_core::{Connectome, Node, Result, Variable};
use brainmass_network::{
    Adjustable, ColouredNoise, Connection, Correlation, Delays, Direction, EngineKind, Gradient, Integrator,
    Monitor, Network, OrnsteinUhlenbeck, Recording, Rounding, Simulator, WhiteNoise, WithRespectTo, coupling,
};
use nalgebra::DMatrix;

/// A step, what is changed so that orbits are regular, and the output that regions send if not their first state.
pub(crate) struct Regime {
    pub(crate) dt: Second,
    pub(crate) parameters: &'static [(&'static str, f64)],
    pub(crate) output: Option<&'static str>,
    /// Whether its equations have kinks, across which differences mean nothing.
    pub(crate) kinks: bool,
}

/// Chaos magnifies rounding e-fold every Lyapunov time, so no tolerance would mean anything there.
pub(crate) fn regime(node: &str) -> Regime {
    let of = |dt, parameters| Regime { dt, parameters, output: None, kinks: false };
    match node {
        // Chaotic from ρ = 24.74 on; at 10 it spirals into a fixed point. Its time runs in seconds.
        "lorenz" => of(ms(5.0), &[("rho", 10.0)]),
        // Chaotic for δ_V beyond some 0.6 (Breakspear et al. 2003); below 0.55 it rests. Its input is a firing rate: a
        // potential, which may be negative, would make negative conductances, and they drive v to −∞.
        "larter_breakspear" => Regime { output: Some("q_v"), ..of(ms(0.1), &[("d_v", 0.5)]) },
        "epileptor" | "epileptor_2d" | "threshold_linear" | "wilson_cowan_linear" => {
            Regime { kinks: true, ..of(ms(0.1), &[]) }
        }
        _ => of(ms(0.1), &[]),
    }
}

/// What counts as a small step of a quantity, in coherent SI.
pub(crate) fn usual(unit: Unit) -> f64 {
    let known = [
        (Unit::of::<Hertz>(), 1.0),
        (Unit::of::<HertzPerSecond>(), 10.0),
        (Unit::of::<Volt>(), 1e-3),
        (Unit::of::<VoltPerSecond>(), 0.1),
        (Unit::of::<Ampere>(), 1e-11),
    ];
    known.iter().find(|(other, _)| *other == unit).map_or(0.05, |(_, size)| *size)
}

/// What makes a small network one of its kind.
#[derive(Clone, Debug)]
pub(crate) struct System {
    pub(crate) n_regions: usize,
    pub(crate) seed: u64,
    /// The name of the delayed coupling.
    pub(crate) coupling: &'static str,
    /// The longest delay, in steps.
    pub(crate) longest: f64,
    /// Whether delays are interpolated, so that there is a derivative by the conduction speed.
    pub(crate) interpolated: bool,
    /// Whether noise is also coloured, common, correlated and proportional to the state, and the instant coupling by squared weights.
    pub(crate) noisy: bool,
    pub(crate) integrator: Integrator,
    pub(crate) n_steps: usize,
    pub(crate) memory: usize,
}

/// What a cost makes of each recording, by its name.
type Slopes = Vec<(&'static str, DMatrix<f64>)>;

/// What moves, where it is, and how fast it moves in each region.
type Part = (Adjustable, Vec<f64>, Vec<f64>);

/// A small network, and everything of it that has a derivative.
pub(crate) struct Moving<N: Node> {
    system: System,
    network: Network<N>,
    /// Kind by kind: parameters, initial states, couplings, drives, noises.
    kinds: Vec<(&'static str, Vec<Part>)>,
    weights: DMatrix<f64>,
    weight_velocities: DMatrix<f64>,
}

/// Derivatives of one kind: by each part along its own velocity, by three ways; none by differences where a value has no room
/// to both sides.
pub(crate) struct Derivatives {
    pub(crate) kind: &'static str,
    pub(crate) adjoint: Vec<f64>,
    pub(crate) tangents: Vec<f64>,
    pub(crate) duals: Vec<f64>,
    pub(crate) differences: Vec<Option<f64>>,
    /// The size that they have in a random direction, for each part.
    pub(crate) sizes: Vec<f64>,
}

impl Derivatives {
    /// The largest size of a derivative of the kind.
    pub(crate) fn largest(&self) -> f64 {
        self.sizes.iter().fold(0.0, |largest, size| largest.max(*size))
    }

    /// The largest distances of adjoint and tangents from duals, and of the adjoint from differences, relative to the largest size
    /// of a derivative of the kind; zero where the cost does not depend on any.
    pub(crate) fn errors(&self) -> [f64; 2] {
        let scale = self.largest();
        let worst = |errors: &mut dyn Iterator<Item = f64>| {
            errors.fold(0.0, |worst: f64, e| if e.is_nan() { e } else { worst.max(e) })
        };
        let ways = self.adjoint.iter().chain(&self.tangents).zip(self.duals.iter().chain(&self.duals));
        let pairs = self.adjoint.iter().zip(&self.differences);
        let differences = pairs.filter_map(|(found, expected)| Some((found - (*expected)?).abs()));
        let errors =
            [worst(&mut ways.map(|(found, expected)| (found - expected).abs())), worst(&mut { differences })];
        if scale == 0.0 { errors } else { errors.map(|error| error / scale) }
    }
}

/// Relative steps of central differences. The largest is thrice the cube root of 2⁻⁵², where rounding over the step is as much as
/// the step's square; extrapolation takes that square away, so that rounding, some 1e-10 of the cost, is what is left. The smaller
/// ones are for costs with a kink nearby or very steep.
const STEPS: [f64; 3] = [2e-5, 5e-6, 1.25e-6];

/// Relative steps of the conduction speed, on which a cost depends little: the largest moves a delay by half a step of dt, where the
/// next kink is.
const SPEED_STEPS: [f64; 3] = [1.2e-2, 3e-3, 7.5e-4];

/// The slope of a cost at zero by central differences, extrapolated (Ridders 1982, doi:10.1016/S0141-1195(82)80057-0): of
/// two pairs of steps the one whose differences agree best. None where the cost is not known to both sides.
pub(crate) fn slope<E>(
    cost: impl FnMut(f64) -> std::result::Result<Option<f64>, E>,
) -> std::result::Result<Option<f64>, E> {
    slope_by(&STEPS, cost)
}

/// The same with other steps, each a quarter of the one before.
fn slope_by<E>(
    steps: &[f64],
    mut cost: impl FnMut(f64) -> std::result::Result<Option<f64>, E>,
) -> std::result::Result<Option<f64>, E> {
    let mut differences = Vec::with_capacity(steps.len());
    for &step in steps {
        let Some((ahead, behind)) = cost(step)?.zip(cost(-step)?) else { return Ok(None) };
        differences.push((ahead - behind) / (2.0 * step));
    }
    // A quarter of the step errs by a sixteenth.
    let pairs = differences.windows(2).map(|pair| (pair[1] + (pair[1] - pair[0]) / 15.0, pair[1] - pair[0]));
    let best = pairs.min_by(|(_, a), (_, b)| a.abs().total_cmp(&b.abs()));
    Ok(best.map(|(slope, _)| slope))
}

fn number(seed: u64, stream: u32, i: usize, k: usize) -> f64 {
    Stream::new(seed, stream).normal(u32::try_from(i).unwrap_or(0), k as u64)
}

/// The parameters of a coupling from a source to an input, of usual size.
fn coupling_values(name: &str, [from, to]: [Unit; 2]) -> Vec<(&'static str, f64, Unit)> {
    let (x, y, none) = (usual(from), usual(to), Unit::DIMENSIONLESS);
    let (midpoint, slope) = (("midpoint", 0.2 * x, from), ("slope", 0.7 / x, none / from));
    match name {
        "diffusive" => vec![("g", y / x, to / from)],
        "additive" => vec![("g", 0.5 * y / x, to / from), ("b", 0.1 * y, to)],
        "sigmoidal" => vec![("c_min", -0.3 * y, to), ("c_max", y, to), midpoint, slope],
        "hyperbolic_tangent" => vec![("g", y, to), slope, midpoint],
        "hyperbolic_tangent_of_sum" => vec![("g", y, to), slope],
        "kuramoto" => vec![("g", y, to), ("alpha", 0.2, none)],
        _ => {
            let (hz, volt) = (Unit::of::<Hertz>(), Unit::of::<Volt>());
            vec![
                ("g", 0.4 * y, to / hz),
                ("c_min", 0.5, hz),
                ("c_max", 5.0, hz),
                ("midpoint", 6e-3, volt),
                ("r", 560.0, none / volt),
            ]
        }
    }
}

pub(crate) fn connection(name: &str, source: &Variable, input: &Variable) -> Result<Connection> {
    let values = coupling_values(name, [source.unit, input.unit]);
    let given: Vec<(&str, Values)> =
        values.into_iter().map(|(name, value, unit)| (name, Values::new(vec![value], unit))).collect();
    coupling::by_name(name, source.name, input.name, &given)
}

impl<N: Node + Default> Moving<N> {
    /// The network of a system: a delayed coupling from the first state, or an output, to the first input; one without delay and
    /// with self-connections to the last; Ornstein–Uhlenbeck noise, white noise and a drive.
    pub(crate) fn new(system: &System) -> Result<Self> {
        let (n, seed) = (system.n_regions, system.seed);
        let random = |stream: u32, i: usize, k: usize| number(seed, stream, i, k);
        let Regime { dt, parameters, output, .. } = regime(N::NAME);
        let sent = N::OUTPUT.iter().find(|sent| Some(sent.name) == output);
        let (source, input) = (sent.unwrap_or(&N::STATE[0]), &N::INPUT[0]);
        let last = &N::INPUT[N::INPUT.len() - 1];
        let weight = |i: usize, j: usize| (0.3 + 0.7 * random(0, i, j).abs()) / n as f64;
        let weights = DMatrix::from_fn(n, n, |i, j| if (i + 2 * j) % 5 == 3 { 0.0 } else { weight(i, j) });
        let length = |i, j| system.longest * random(1, i, j).abs().fract();
        // Differences would meet the kink at a whole number of steps, so the part that is left is about a half.
        let length =
            |i, j| if system.interpolated { length(i, j).floor() + 0.5 } else { length(i, j).round() };
        // One millimetre is one step.
        let lengths = DMatrix::from_fn(n, n, |i, j| if i == j { 0.0 } else { length(i, j) } * 1e-3);
        let labels = (0..n).map(|region| format!("R{region}")).collect();
        let connectome = Connectome::new(weights.clone(), Meter::new(lengths), labels)?;
        let rounding = if system.interpolated { Rounding::Interpolated } else { Rounding::Nearest };
        let delays = Delays::at_speed(mm_per_ms(1e-3 / dt.value_unsafe)).with_rounding(rounding);
        let delayed = connection(system.coupling, source, input)?.with_delays(delays);
        let instant = connection("additive", source, last)?.with_self_connections();
        let instant = if system.noisy { instant.with_squared_weights() } else { instant };
        let start = |size: f64, unit| Values::new(vec![size], unit);
        let sigma = start(usual(input.unit), input.unit);
        let white = start(usual(N::STATE[0].unit), N::STATE[0].unit);
        let mut network = Network::new(N::default(), connectome)
            .with_connection(delayed)?
            .with_connection(instant)?
            .with_input_noise(input.name, OrnsteinUhlenbeck::new(sigma, dt * 30.0))?
            .with_state_noise(N::STATE[0].name, WhiteNoise::new(white))?;
        if system.noisy {
            let (dt, size) = (dt.value_unsafe, usual(input.unit));
            let pink = ColouredNoise::pink(start(size, input.unit), hz(5e-4 / dt), hz(0.05 / dt));
            let covariance = DMatrix::from_fn(n, n, |i, j| if i == j { 1.0 } else { 0.3 });
            let white = start(usual(N::STATE[0].unit), N::STATE[0].unit);
            let shared = WhiteNoise::new(white).with_correlation(Correlation::of(&covariance)?);
            let common = (0..n).map(|i| 0.5 + random(6, i, 0)).collect();
            let growing = WhiteNoise::new(0.1).proportional();
            network = network
                .with_input_noise(input.name, pink.with_correlation(Correlation::common(common)))?
                .with_state_noise(N::STATE[0].name, shared)?
                .with_state_noise(N::STATE[N::STATE.len() - 1].name, growing)?;
        }
        for (name, value) in parameters {
            network = network.with_parameter(name, *value)?;
        }
        let ends = [(system.coupling, source, input), ("additive", source, last)];
        let kinds = kinds::<N>(system, &network, ends)?;
        for (what, values, _) in kinds.iter().flat_map(|(_, parts)| parts) {
            network = network.adjusted(what, values.clone())?;
        }
        let weight_velocities = DMatrix::from_fn(n, n, |i, j| weights[(i, j)] * number(seed, 2, i, j));
        Ok(Self { system: system.clone(), network, kinds, weights, weight_velocities })
    }
}

/// Everything that moves: around its value where that may be, by a tenth or so.
fn kinds<N: Node>(
    system: &System,
    network: &Network<N>,
    ends: [(&str, &Variable, &Variable); 2],
) -> Result<Vec<(&'static str, Vec<Part>)>> {
    let n = system.n_regions;
    let mut stream = 10;
    let mut part = |what: Adjustable, value: f64, spread: f64, speed: f64, (low, high): (f64, f64)| {
        stream += 2;
        let moved = |k: usize, i: usize| number(system.seed, stream + u32::from(k == 1), i, k);
        let values = (0..n).map(|i| (value + spread * moved(0, i)).clamp(low, high)).collect();
        let velocities = (0..n).map(|i| speed * moved(1, i)).collect();
        (what, values, velocities)
    };
    let all = (f64::NEG_INFINITY, f64::INFINITY);
    let mut parameters = Vec::new();
    for parameter in N::PARAMETERS {
        let value = network.parameter(parameter.name)?.at(0);
        let speed = if value == 0.0 { usual(parameter.unit) } else { value };
        let what = Adjustable::parameter(parameter.name);
        parameters.push(part(what, value, 0.01 * value, speed, parameter.range));
    }
    let initial = N::STATE.iter().map(|state| {
        let size = usual(state.unit);
        let (low, high) = state.domain;
        // A start on a bound of the domain would be on a kink.
        let inside = (low + 0.1 * size, high - 0.1 * size);
        part(Adjustable::initial(state.name), state.initial, size, size, inside)
    });
    let initial = initial.collect();
    let mut couplings = Vec::new();
    for (connection, (name, source, input)) in ends.into_iter().enumerate() {
        for (parameter, value, _) in coupling_values(name, [source.unit, input.unit]) {
            couplings.push(part(Adjustable::coupling(connection, parameter), value, 0.1 * value, value, all));
        }
    }
    let input = ends[0].2;
    let size = usual(input.unit);
    let white = usual(N::STATE[0].unit);
    let mut noise = vec![
        part(Adjustable::InputNoiseSigma(0), size, 0.1 * size, size, (0.1 * size, f64::INFINITY)),
        part(Adjustable::InputNoiseMean(0), 0.1 * size, 0.1 * size, size, all),
        part(Adjustable::StateNoiseSigma(0), white, 0.1 * white, white, (0.1 * white, f64::INFINITY)),
    ];
    let tau = 30.0 * regime(N::NAME).dt.value_unsafe;
    noise.push((Adjustable::InputNoiseTau(0), vec![tau], vec![0.5 * tau]));
    if system.noisy {
        noise.push(part(
            Adjustable::InputProcessSigma(0),
            size,
            0.1 * size,
            size,
            (0.1 * size, f64::INFINITY),
        ));
        noise.push(part(
            Adjustable::StateProcessSigma(0),
            white,
            0.1 * white,
            white,
            (0.1 * white, f64::INFINITY),
        ));
        noise.push(part(Adjustable::StateProcessSigma(1), 0.1, 0.01, 0.1, (0.01, f64::INFINITY)));
    }
    let drive = vec![part(Adjustable::drive(input.name), 0.2 * size, 0.1 * size, size, all)];
    let mut kinds = vec![
        ("parameters", parameters),
        ("initial states", initial),
        ("couplings", couplings),
        ("drive", drive),
        ("noise", noise),
    ];
    if system.interpolated {
        // A millimetre a step.
        let speed = 1e-3 / regime(N::NAME).dt.value_unsafe;
        kinds.push(("speed", vec![(Adjustable::Speed(0), vec![speed], vec![speed])]));
    }
    Ok(kinds)
}

impl<N: Node> Moving<N> {
    fn simulator<'n>(&self, network: &'n Network<N>) -> Result<Simulator<'n, N>> {
        let simulator = Simulator::new(network, regime(N::NAME).dt)?;
        Ok(simulator.with_integrator(self.system.integrator).with_seed(self.system.seed))
    }

    fn names() -> impl Iterator<Item = &'static str> {
        N::STATE.iter().chain(N::OUTPUT).map(|variable| variable.name)
    }

    /// Each state step by step, and each output as means of three.
    fn monitors() -> Vec<Monitor> {
        let dt = regime(N::NAME).dt;
        let states = N::STATE.iter().map(|state| Monitor::of(state.name));
        let outputs = N::OUTPUT.iter().map(|output| Monitor::of(output.name).averaged(dt * 3.0));
        states.chain(outputs).collect()
    }

    fn times(&self) -> [Second; 2] {
        let dt = regime(N::NAME).dt;
        [dt * self.system.n_steps as f64, dt * 3.0]
    }

    /// What the cost makes of each recording: every sample has a slope of its own, over the largest of its variable.
    fn slopes(&self, recording: &mut Recording) -> Result<Slopes> {
        Self::names()
            .map(|name| {
                let (values, _, _) = recording.take_numbers(name)?;
                let size = values.amax().max(f64::MIN_POSITIVE) * (values.len() as f64).sqrt();
                let slope = |i, k| number(self.system.seed, 5, i, k) / size;
                Ok((name, DMatrix::from_fn(values.nrows(), values.ncols(), slope)))
            })
            .collect()
    }

    /// The cost of a network that stands a step away.
    fn cost(&self, network: &Network<N>, slopes: &[(&str, DMatrix<f64>)]) -> Result<f64> {
        let [duration, transient] = self.times();
        let mut recording = self.simulator(network)?.run(duration, transient, &Self::monitors())?;
        let mut sum = 0.0;
        for (name, slope) in slopes {
            sum += recording.take_numbers(name)?.0.dot(slope);
        }
        Ok(sum)
    }

    /// The central difference along a part; none if a step leaves the range.
    fn difference(&self, part: &Part, slopes: &[(&str, DMatrix<f64>)]) -> Result<Option<f64>> {
        let (what, values, velocities) = part;
        let at = |step: f64| -> Result<Option<f64>> {
            let numbers = values.iter().zip(velocities).map(|(value, velocity)| value + step * velocity);
            let mut numbers: Vec<f64> = numbers.collect();
            if matches!(what, Adjustable::Drive(_)) {
                // Drives add up.
                numbers.iter_mut().zip(values).for_each(|(number, value)| *number -= value);
            }
            let Ok(network) = self.network.clone().adjusted(what, numbers) else { return Ok(None) };
            self.cost(&network, slopes).map(Some)
        };
        let long = matches!(what, Adjustable::Speed(_)) && !regime(N::NAME).kinks;
        slope_by(if long { &SPEED_STEPS } else { &STEPS }, at)
    }

    fn difference_by_weights(&self, slopes: &[(&str, DMatrix<f64>)]) -> Result<Option<f64>> {
        slope(|step| {
            let weights = &self.weights + &self.weight_velocities * step;
            self.cost(&self.network.clone().with_weights(weights)?, slopes).map(Some)
        })
    }

    fn adjoint(&self) -> Result<(Gradient<N>, Slopes)> {
        let [duration, transient] = self.times();
        let simulator = self.simulator(&self.network)?;
        let (mut recording, trace) =
            simulator.trace(duration, transient, &Self::monitors(), self.system.memory)?;
        let slopes = self.slopes(&mut recording)?;
        let mut by = WithRespectTo::nothing().and_weights(0).and_weights(1);
        for (what, _, _) in self.kinds.iter().flat_map(|(_, parts)| parts) {
            by = by.and(what);
        }
        Ok((trace.pull_back(&slopes, &by)?, slopes))
    }

    /// Derivatives along every part, by tangents or dual numbers.
    fn forwards(&self, engine: EngineKind, slopes: &[(&str, DMatrix<f64>)]) -> Result<Vec<f64>> {
        let [duration, transient] = self.times();
        let parts = self.kinds.iter().flat_map(|(_, parts)| parts);
        let along = |(what, _, velocity): &Part| Direction::along(what.clone(), velocity.clone());
        let mut directions: Vec<Direction> = parts.map(along).collect();
        directions.push(Direction::default().and_weights(self.weight_velocities.clone()));
        let simulator = self.simulator(&self.network)?.with_engine(engine);
        let (_, tangents) = simulator.push_forward(duration, transient, &Self::monitors(), &directions)?;
        tangents.along(slopes)
    }

    /// All derivatives, kind by kind, the weights last; central differences only if asked for.
    pub(crate) fn derivatives(&self, with_differences: bool) -> Result<Vec<Derivatives>> {
        let (gradient, slopes) = self.adjoint()?;
        let tangents = self.forwards(EngineKind::Blocked, &slopes)?;
        let duals = self.forwards(EngineKind::Plain, &slopes)?;
        let mut all = Vec::new();
        let mut done = 0;
        for (kind, parts) in &self.kinds {
            let of_kind = done..done + parts.len();
            done = of_kind.end;
            let (mut adjoint, mut sizes, mut differences) = (Vec::new(), Vec::new(), Vec::new());
            for part in parts {
                let velocities = part.2.iter().cycle();
                let by = gradient.by(&part.0)?.iter();
                let terms: Vec<f64> = by.zip(velocities).map(|(slope, velocity)| slope * velocity).collect();
                adjoint.push(terms.iter().sum());
                sizes.push(terms.iter().map(|term| term * term).sum::<f64>().sqrt());
                differences.push(if with_differences { self.difference(part, &slopes)? } else { None });
            }
            let [tangents, duals] = [&tangents, &duals].map(|all| all[of_kind.clone()].to_vec());
            all.push(Derivatives { kind, adjoint, tangents, duals, differences, sizes });
        }
        let terms = (gradient.weights(0)? + gradient.weights(1)?).component_mul(&self.weight_velocities);
        all.push(Derivatives {
            kind: "weights",
            adjoint: vec![terms.sum()],
            tangents: vec![tangents[done]],
            duals: vec![duals[done]],
            differences: vec![if with_differences { self.difference_by_weights(&slopes)? } else { None }],
            sizes: vec![terms.norm()],
        });
        Ok(all)
    }
}
