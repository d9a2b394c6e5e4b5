//! Running a fit.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use brainmass_core::{Error, Result};
use brainmass_fit::{Fit, FitParameter, Problem, Report, Space};
use brainmass_objectives::matrix_correlation;
use nalgebra::DMatrix;
use rayon::prelude::*;

use super::{Declared, Goal, Parameter, Shape};
use crate::experiment::{Checked, Experiment, Key, Outcome, Place};

/// How a fit is run. The default is on all cores, from the beginning, all in memory.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How many runs go at once; zero for as many as there are cores. The result does not depend on it.
    pub threads: usize,
    /// Where judged candidates are noted, so that a fit that was killed goes on where it was; none to forget them.
    pub journal: Option<PathBuf>,
    /// Becomes true when the fit is to end soon, with what it has found by then.
    pub stop: Arc<AtomicBool>,
}

/// How far a fit is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// How many candidates are judged, those of an earlier run among them.
    pub done: usize,
    /// How many may be.
    pub total: usize,
    /// How many failed in this run.
    pub failed: usize,
    /// The best number in this run.
    pub best: Option<f64>,
}

/// A fit that an experiment describes.
#[derive(Clone, Debug)]
pub struct ExperimentFit {
    /// All of it, for the result.
    experiment: Experiment,
    /// What a candidate needs of it.
    lean: Experiment,
    declared: Declared,
    shapes: Vec<Shape>,
    space: Space,
    /// Whether the optimizer asks for gradients, which are there.
    has_gradient: bool,
    test_fc: Option<DMatrix<f64>>,
}

/// What a fit of an experiment found.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The best values, in the units of their keys; the history of the cost, which is the number or, if it is maximized, its negative.
    pub report: Report,
    /// What may change.
    pub parameters: Vec<Parameter>,
    /// How many values each has: more than one if regions or groups of them have their own.
    pub counts: Vec<usize>,
    /// Where it began.
    pub start: Vec<f64>,
    /// What maps make of their best coefficients: the key of each, and its number in every region.
    pub maps: Vec<(String, Vec<f64>)>,
    /// What it aims at.
    pub goal: Goal,
    /// The optimizer and its seed.
    pub optimizer: (String, u64),
    /// How many runs a candidate had; none for one with the seed of the experiment.
    pub n_seeds: Option<usize>,
    /// The number at the start, or why there is none.
    pub before: Result<f64>,
    /// The number of the best candidate.
    pub best: f64,
    /// The experiment with the best values.
    pub experiment: Experiment,
    /// What it gives with its own seed, as far as candidates were observed.
    pub outcome: Outcome,
    /// The weights, if they were fitted.
    pub weights: Option<Weights>,
    /// How well the weights of the experiment correlate with the FC of its data: what a simulation has to beat.
    pub structure_correlation: Option<f64>,
    /// How well its FC correlates with that of the data that the fit did not see.
    pub test_fc_correlation: Option<f64>,
}

/// The weights of a fit; `[(i, j)]` from j to i.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// Where it began.
    pub start: DMatrix<f64>,
    /// Those of the best candidate.
    pub best: DMatrix<f64>,
}

impl ExperimentFit {
    /// Reads `[fit]`.
    ///
    /// # Errors
    /// [`Error::Setting`] if there is none; whatever is wrong with it, and with the data held out.
    pub fn new(mut experiment: Experiment) -> Result<Self> {
        let missing = "the experiment does not say what may change: add a section [fit], or \
                       --set 'fit.parameters=[\"network.coupling.g = log:0.05..2.0\"]'";
        let declared = experiment.declared_fit()?.ok_or_else(|| Error::setting("fit", missing))?;
        experiment.leave_out("fit");
        experiment.leave_out("sweep");
        let regions = experiment.regions()?;
        let shape = |parameter: &Parameter| parameter.shape(&experiment, &regions);
        let shapes = declared.parameters.iter().map(shape).collect::<Result<Vec<_>>>()?;
        let in_fit =
            |(parameter, shape): (&Parameter, &Shape)| parameter.in_fit(&experiment, shape, regions.len());
        let space = Space::new(declared.parameters.iter().zip(&shapes).map(in_fit).collect::<Result<_>>()?)?;
        let observe = match declared.observe.as_slice() {
            [] if declared.goal.is_score() => {
                experiment.scored_signal().map(str::to_owned).into_iter().collect()
            }
            names => names.to_vec(),
        };
        let mut lean = experiment.clone();
        if !observe.is_empty() {
            lean.keep_observations(&observe)?;
        }
        let test_fc = declared.test_fc.as_deref().map(|name| lean.read_fc(name)).transpose()?;
        let mut fit = Self { experiment, lean, declared, shapes, space, has_gradient: false, test_fc };
        if fit.declared.optimizer().needs_gradient() {
            fit.places(&fit.space.initial())?;
            fit.has_gradient = true;
        }
        Ok(fit)
    }

    /// Looks for the best values.
    ///
    /// # Errors
    /// What is wrong with the experiment at the start, before anything runs; a number that its runs do not have; those of
    /// [`Fit::run`].
    pub fn run(&self, settings: &Settings, progress: &mut (dyn FnMut(Progress) + Send)) -> Result<Fitted> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(settings.threads).build();
        let pool = pool.map_err(|error| Error::setting("threads", error.to_string()))?;
        pool.install(|| self.run_here(settings, progress))
    }

    fn run_here(&self, settings: &Settings, progress: &mut (dyn FnMut(Progress) + Send)) -> Result<Fitted> {
        let Declared { goal, parameters, most_evaluations, .. } = &self.declared;
        let start = self.space.initial();
        self.with_values(&self.experiment, &start)?.check()?;
        let before = self.number(&start);
        if let Err(error @ Error::Unknown { .. }) = before {
            return Err(error);
        }
        let done = settings.journal.as_deref().map_or(0, n_judged);
        let state = Progress { done, total: *most_evaluations, failed: 0, best: None };
        let runs = Runs { fit: self, watch: Mutex::new((progress, state)) };
        let mut fit = Fit::new(&self.space, &runs)
            .with_most_evaluations(*most_evaluations)
            .with_stop(settings.stop.clone());
        if let Some(journal) = &settings.journal {
            fit = fit.with_journal(journal);
        }
        let report = fit.run(&*self.declared.optimizer())?;
        let best = self.with_values(&self.lean, &report.values)?;
        let outcome = best.run(&mut |_| ())?;
        let test = match (&self.test_fc, outcome.scored()) {
            (Some(test), Some(score)) => Some(matrix_correlation(&score.simulated, test)?),
            _ => None,
        };
        Ok(Fitted {
            best: goal.number_of(report.cost - self.space.penalty(&report.values).0),
            experiment: self.with_values(&self.experiment, &report.values)?.movable()?,
            test_fc_correlation: test,
            weights: self.weights(&start, &report.values)?,
            structure_correlation: self.lean.structure_correlation()?,
            maps: best.mapped_values(&self.keys())?,
            parameters: parameters.clone(),
            counts: self.counts(),
            goal: goal.clone(),
            optimizer: (self.declared.optimizer.clone(), self.declared.seed),
            n_seeds: self.declared.n_seeds,
            start,
            before,
            outcome,
            report,
        })
    }

    fn with_values(&self, experiment: &Experiment, values: &[f64]) -> Result<Experiment> {
        let mut experiment = experiment.clone();
        for ((parameter, shape), own) in
            self.declared.parameters.iter().zip(&self.shapes).zip(self.each(values))
        {
            parameter.apply(own, shape, &mut experiment)?;
        }
        Ok(experiment)
    }

    /// The values of each parameter among those of all.
    fn each<'v>(&self, values: &'v [f64]) -> impl Iterator<Item = &'v [f64]> {
        let mut rest = values;
        self.counts().into_iter().map(move |count| {
            let (own, others) = rest.split_at(count);
            rest = others;
            own
        })
    }

    /// How many values each parameter has.
    fn counts(&self) -> Vec<usize> {
        self.space.parameters().iter().map(FitParameter::len).collect()
    }

    /// The experiment at some values, in order, and where the keys act on it: with maps through a link it depends on the values how much.
    fn places(&self, values: &[f64]) -> Result<(Checked, Vec<Place>)> {
        let experiment = self.with_values(&self.lean, values)?;
        let checked = experiment.check()?;
        let places = checked.places(&experiment, &self.keys())?;
        Ok((checked, places))
    }

    /// The weights at the start and at the best values, if they are fitted.
    fn weights(&self, start: &[f64], best: &[f64]) -> Result<Option<Weights>> {
        let each = self.shapes.iter().zip(self.each(start)).zip(self.each(best));
        let mut found = each.filter_map(|((shape, start), best)| match shape {
            Shape::Connections(weights) => Some((weights, start, best)),
            Shape::Regions(_) => None,
        });
        let Some((weights, start, best)) = found.next() else { return Ok(None) };
        Ok(Some(Weights { start: weights.matrix(start)?, best: weights.matrix(best)? }))
    }

    fn keys(&self) -> Vec<&Key> {
        self.declared.parameters.iter().map(Parameter::place).collect()
    }

    /// The number at some values and its derivative by each of them.
    fn gradient(&self, values: &[f64]) -> Result<(f64, Vec<f64>)> {
        let (checked, places) = self.places(values)?;
        let seeds = self.declared.n_seeds.map(|n_seeds| (0..n_seeds as u64).collect::<Vec<_>>());
        let (number, slopes) = checked.gradient(self.declared.goal.name(), &places, seeds.as_deref())?;
        let n_regions = checked.n_regions();
        let each = self.shapes.iter().zip(self.each(values)).zip(&slopes);
        let by_values = each.flat_map(|((shape, own), slopes)| shape.pull_back(own, slopes, n_regions));
        Ok((number, by_values.collect()))
    }

    /// The number at some values: that of one run, or the mean over seeds.
    fn number(&self, values: &[f64]) -> Result<f64> {
        let experiment = self.with_values(&self.lean, values)?;
        let run = |experiment: &Experiment| self.declared.goal.number(&experiment.run(&mut |_| ())?);
        let Some(n_seeds) = self.declared.n_seeds else { return run(&experiment) };
        let run = |seed: usize| {
            let mut experiment = experiment.clone();
            experiment.set_seed(seed as u64)?;
            run(&experiment)
        };
        let numbers = (0..n_seeds).into_par_iter().map(run).collect::<Result<Vec<f64>>>()?;
        Ok(numbers.iter().sum::<f64>() / n_seeds as f64)
    }
}

/// How many candidates a journal holds: all its whole lines but the first.
fn n_judged(journal: &Path) -> usize {
    std::fs::read_to_string(journal).map_or(0, |text| text.matches('\n').count().saturating_sub(1))
}

/// The runs of a fit as a problem, watched.
struct Runs<'a> {
    fit: &'a ExperimentFit,
    watch: Mutex<(&'a mut (dyn FnMut(Progress) + Send), Progress)>,
}

impl fmt::Debug for Runs<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fit.fmt(formatter)
    }
}

impl Runs<'_> {
    /// Says how far the fit is with one more number of a candidate.
    fn watched(&self, number: Result<f64>) -> Result<f64> {
        let goal = &self.fit.declared.goal;
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let (progress, state) = &mut *watch;
        state.done += 1;
        match &number {
            Ok(number) => {
                let is_better = |best: f64| goal.cost(*number) < goal.cost(best);
                state.best = if state.best.is_none_or(is_better) { Some(*number) } else { state.best };
            }
            Err(_) => state.failed += 1,
        }
        progress(*state);
        number
    }
}

impl Problem for Runs<'_> {
    fn cost(&self, values: &[f64]) -> Result<f64> {
        let number = self.watched(self.fit.number(values))?;
        Ok(self.fit.declared.goal.cost(number))
    }

    fn gradient(&self, values: &[f64]) -> Result<(f64, Vec<f64>)> {
        let goal = &self.fit.declared.goal;
        let found = self.fit.gradient(values);
        self.watched(found.as_ref().map(|(number, _)| *number).map_err(Clone::clone))?;
        let (number, slopes) = found?;
        Ok((goal.cost(number), slopes.into_iter().map(|slope| goal.cost(slope)).collect()))
    }

    fn has_gradient(&self) -> bool {
        self.fit.has_gradient
    }

    /// The values that are fitted stand in it as the experiment has them; the candidates have others.
    fn description(&self) -> String {
        let Declared { goal, n_seeds, .. } = &self.fit.declared;
        let seeds = n_seeds.map_or("the seed of the file".to_owned(), |n_seeds| format!("{n_seeds} seeds"));
        format!("{goal} over {seeds} in the experiment\n{}", self.fit.lean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eight oscillators with delays, maps and three noises; a transient that is no whole number of repetition times.
    const FILE: &str = r"
[network]
connectome = 'example'
[network.coupling]
source = 'x'
input = 'x_input'
g_hz = 0.8
conduction_speed_mm_per_ms = 1.0
[node]
model = 'stuart_landau'
beta_hz = 0.9
[node.a_hz]
offset = -1.0
maps = [{ file = 'maps.csv', column = 'one', scale = 0.2 }, { file = 'maps.csv', column = 'two', scale = -0.1 }]
[node.omega_hz]
link = 'logit:0.1..0.9'
file = 'maps.csv'
column = 'one'
scale = 0.05
offset = 0.4
[node.drive]
x_input_hz = 0.1
[node.initial]
x = 0.2
[[noise]]
state = 'x'
sigma = 0.3
[[noise]]
input = 'x_input'
sigma_hz = 0.2
tau_ms = 50
mean_hz = 0.05
[[noise]]
state = 'y'
sigma = 0.2
[[noise]]
input = 'y_input'
kind = 'pink'
low_hz = 0.2
high_hz = 10
sigma_hz = 0.15
[[noise]]
state = 'x'
sigma = 0.1
multiplicative = 'proportional'
[[noise]]
input = 'y_input'
sigma_hz = 0.1
tau_ms = 200
common = [1, 1, 1, 1, 0.5, 0.5, 0, 0]
[simulation]
dt_ms = 10
duration_ms = 24000
transient_ms = 330
[observe.bold]
model = 'bold'
source = 'x'
repetition_time_ms = 500
step_ms = 20
transient_ms = 2000
[observe.balloon]
model = 'balloon'
source = 'x'
repetition_time_ms = 500
transient_ms = 2000
[observe.mean]
model = 'average'
source = 'y'
period_ms = 10
[objective]
target_fc = 'example'
[objective.target_fcd]
window_ms = 5000
step_ms = 1000
distribution = 'fcd.txt'
[fit]
optimizer = 'lbfgs'
";

    fn fit(folder: &Path, settings: &[&str]) -> Result<ExperimentFit> {
        let maps = "one,two\n-1,0.5\n0.3,1\n-0.2,-1\n0.8,0\n1,-0.4\n-0.6,0.2\n0.1,0.9\n-0.9,-0.7\n";
        std::fs::write(folder.join("maps.csv"), maps).unwrap();
        std::fs::write(folder.join("groups.txt"), "1\n1\n2\n2\n1\n3\n3\n2\n").unwrap();
        std::fs::write(folder.join("fcd.txt"), "2\n2\n").unwrap();
        std::fs::write(folder.join("x.toml"), FILE).unwrap();
        let mut experiment = Experiment::open(&folder.join("x.toml"))?;
        settings.iter().try_for_each(|setting| experiment.set(setting))?;
        ExperimentFit::new(experiment)
    }

    /// The numbers of both roads agree to rounding, and slopes with central differences of the fourth order, whose error at steps of
    /// 1e-3 of a value is some 1e-10 of it times the fifth derivative: within 1e-6 of the largest slope.
    fn check(settings: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let fit = fit(folder.path(), settings).unwrap();
        let values = fit.space.initial();
        let (number, slopes) = fit.gradient(&values).unwrap();
        let plain = fit.number(&values).unwrap();
        assert!((number - plain).abs() < 1e-12, "{settings:?}: {number} {plain}");
        let difference = |index: usize| {
            let step = 1e-3 * values[index].abs();
            let at = |steps: f64| {
                let mut moved = values.clone();
                moved[index] += steps * step;
                fit.number(&moved).unwrap()
            };
            (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * step)
        };
        let expected: Vec<f64> = (0..values.len()).map(difference).collect();
        let scale = expected.iter().fold(0.0_f64, |scale, slope| scale.max(slope.abs()));
        assert!(scale > 1e-4, "{settings:?} {expected:?}");
        for (found, expected) in slopes.iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-6 * scale, "{settings:?}: {found} {expected}");
        }
    }

    #[test]
    fn gradients_by_keys_are_those_of_differences() {
        for (key, bounds) in [
            ("node.a_hz.offset", "-2..0"),
            ("node.a_hz.maps.1.scale", "-1..1"),
            ("node.omega_hz.scale", "0..1"),
            ("node.omega_hz.offset", "0.2..0.8"),
            ("node.beta_hz", "0.1..2"),
            ("node.drive.x_input_hz", "-1..1"),
            ("node.initial.x", "0..1"),
            ("network.coupling.g_hz", "log:0.1..10"),
            ("noise.0.sigma", "0..1"),
            ("noise.1.sigma_hz", "0..1"),
            ("noise.1.mean_hz", "0..1"),
            ("noise.2.sigma", "0..1"),
            ("noise.1.tau_ms", "10..100"),
            ("noise.3.sigma_hz", "0..1"),
            ("noise.4.sigma", "0..1"),
            ("noise.5.sigma_hz", "0..1"),
        ] {
            check(&[&format!("fit.parameters=['{key} = {bounds}']"), "fit.maximize='fc_correlation'"]);
        }
    }

    /// Of every link, by an offset and by the scale of one of two maps, in a unit other than the node's.
    #[test]
    fn gradients_pass_through_links() {
        for link in ["log", "logit:-2e-3..-1e-5", "softplus:-1e-5..-5e-4"] {
            let map = |name: &str| format!("{{ file = 'maps.csv', column = '{name}', scale = 0.3 }}");
            let maps = format!("maps = [{}, {}]", map("one"), map("two"));
            check(&[
                &format!("node.drive.y_input_per_ms={{ link = '{link}', offset = -4e-4, {maps} }}"),
                "fit.parameters=['node.drive.y_input_per_ms.offset = log:-0.01..-1e-5', \
                 'node.drive.y_input_per_ms.maps.1.scale = -1..1']",
            ]);
        }
    }

    /// Some of which inhibit, some of which are no connection, beside another number.
    #[test]
    fn gradients_pass_through_weights() {
        let weight = |i: usize, j: usize| match (i + 2 * j) % 5 {
            0 => 0.0,
            1 => -0.2 - 0.01 * i as f64,
            k => 0.1 * k as f64 + 0.02 * j as f64,
        };
        let row = |i: usize| {
            format!("{:?}", (0..8).map(|j| if i == j { 0.0 } else { weight(i, j) }).collect::<Vec<_>>())
        };
        let weights = format!("network.weights=[{}]", (0..8).map(row).collect::<Vec<_>>().join(","));
        let parameters =
            "fit.parameters=['network.weights = log:0.01..10 per connection', 'node.beta_hz = 0.1..2']";
        check(&[&weights, parameters, "fit.seeds=2"]);
        // Signs and sparsity are those of the file, whatever the numbers.
        let folder = tempfile::tempdir().unwrap();
        let fit = fit(folder.path(), &[&weights, parameters]).unwrap();
        let mut doubled: Vec<f64> = fit.space.initial().iter().map(|value| 2.0 * value).collect();
        *doubled.last_mut().unwrap() = 1.0;
        let found = fit.weights(&fit.space.initial(), &doubled).unwrap().unwrap();
        assert_eq!(found.start[(1, 0)], -0.2 - 0.01);
        assert_eq!(found.best, found.start * 2.0);
    }

    #[test]
    fn gradients_pass_through_every_observation_goal_and_spread() {
        let each = "fit.parameters=['node.beta_hz = 0.1..2 per region', 'noise.0.sigma = 0..1 per group of groups.txt']";
        check(&[each, "fit.minimize='fc_rmse'", "fit.seeds=2"]);
        check(&[each, "simulation.transient_ms=420"]);
        check(&[each, "objective.signal='balloon'"]);
        check(&[each, "objective.signal='mean'"]);
        check(&[each, "fit.minimize='fcd_wasserstein'"]);
        // In other units than those of the node.
        check(&[
            "fit.parameters=['node.drive.y_input_per_ms = 1e-5..1e-3 from 4e-4']",
            "fit.maximize='fc_correlation'",
        ]);
    }

    #[test]
    fn what_has_no_gradient_is_refused_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        for (settings, said) in [
            (
                &["fit.parameters='network.coupling.conduction_speed_mm_per_ms = 1..10'"][..],
                "delays are whole steps",
            ),
            (&["fit.parameters='simulation.dt_ms = 1..10'"], "simulation.dt_ms: has no gradient here"),
            (&["fit.parameters='node.a_hz.maps.3.scale = 1..10'"], "there is no `maps.3`"),
            (&["fit.parameters='noise.5.tau_ms = 10..1000'"], "noise.5.tau_ms: has no gradient here"),
            (&["fit.parameters='noise.3.low_hz = 0.1..1'"], "noise.3.low_hz: has no gradient here"),
            (
                &["fit.parameters='network.weights = log:0.5..1 per connection'"],
                "initial value of `network.weights`",
            ),
            (&["fit.parameters='node.beta_hz = 0..1 per group of nowhere'"], "nowhere"),
        ] {
            let error = fit(folder.path(), settings).unwrap_err().to_string();
            assert!(error.contains(said), "{settings:?}: {error}");
        }
        let fit =
            fit(folder.path(), &["fit.parameters='node.beta_hz = 0..1'", "fit.minimize='alpha_peak_eeg_hz'"]);
        let error = fit.unwrap().gradient(&[0.5]).unwrap_err().to_string();
        assert!(error.contains("unknown number with a gradient"), "{error}");
    }
}
