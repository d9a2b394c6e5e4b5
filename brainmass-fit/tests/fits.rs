//! Fits against minima that are known, and what becomes of fits that are stopped, killed or fed with failures.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use brainmass_core::{Error, Result};
use brainmass_fit::{
    Adam, CmaEs, DifferentialEvolution, Fit, FitParameter, Lbfgs, MultiStart, NelderMead, Optimizer, Prior,
    Problem, Report, Space, StopReason, Transform,
};

/// Rosenbrock's valley on two parameters of different scale, minimum at (1 Hz, 1 ms); fails within a strip. The lower bound of
/// the second is so low that no other minimum lies on it.
#[derive(Debug, Default)]
struct Valley {
    strip: Option<(f64, f64)>,
    computed: AtomicUsize,
    /// Candidates after which it asks the fit to stop.
    patience: Option<(usize, Arc<AtomicBool>)>,
}

impl Problem for Valley {
    fn cost(&self, values: &[f64]) -> Result<f64> {
        self.gradient(values).map(|(cost, _)| cost)
    }

    fn gradient(&self, values: &[f64]) -> Result<(f64, Vec<f64>)> {
        let computed = self.computed.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some((patience, stop)) = &self.patience
            && computed >= *patience
        {
            stop.store(true, Ordering::Relaxed);
        }
        let (x, y) = (values[0], 1e3 * values[1]);
        if self.strip.is_some_and(|(low, high)| (low..high).contains(&x)) {
            return Err(Error::setting("run", "diverges"));
        }
        let (a, b) = (1.0 - x, y - x * x);
        Ok((a * a + 100.0 * b * b, vec![-2.0 * a - 400.0 * x * b, 200.0 * b * 1e3]))
    }

    fn has_gradient(&self) -> bool {
        true
    }

    fn description(&self) -> String {
        "valley".to_owned()
    }
}

fn space() -> Space {
    Space::new(vec![
        FitParameter::new("rate", -1.2, -2.0, 2.0).unwrap(),
        FitParameter::new("tau", 1e-3, 1e-6, 1e-2).unwrap().with_transform(Transform::Log).unwrap(),
    ])
    .unwrap()
}

fn distance(report: &Report) -> f64 {
    (report.values[0] - 1.0).abs().max((1e3 * report.values[1] - 1.0).abs())
}

fn optimizers() -> Vec<(Box<dyn Optimizer>, f64)> {
    // Where each should come to: quasi-Newton to the root of rounding, others to what their criteria say.
    vec![
        (Box::new(Lbfgs::default()), 1e-6),
        (Box::new(Adam::new(0.02).with_decay(0.999)), 1e-2),
        (Box::new(CmaEs::new(3)), 1e-6),
        (Box::new(DifferentialEvolution::new(3)), 1e-4),
        (Box::new(NelderMead), 1e-3),
        (Box::new(MultiStart::new(Lbfgs::default(), 4, 1)), 1e-6),
    ]
}

#[test]
fn every_optimizer_finds_the_minimum() {
    for (optimizer, within) in optimizers() {
        let report =
            Fit::new(&space(), &Valley::default()).with_most_evaluations(8000).run(&*optimizer).unwrap();
        assert!(distance(&report) < within, "{}: {report:?}", optimizer.name());
        assert!(report.history.windows(2).all(|pair| pair[1].best_cost <= pair[0].best_cost));
        assert_eq!(report.history.last().unwrap().best_cost, report.cost);
        assert_eq!(report.failed, 0);
    }
}

#[test]
fn the_best_candidate_is_reported_not_the_last() {
    /// Lower at the start than anywhere an optimizer will go.
    #[derive(Debug)]
    struct Trap;
    impl Problem for Trap {
        fn cost(&self, values: &[f64]) -> Result<f64> {
            Ok(if values[0] == 0.25 { -1.0 } else { 1.0 + values[0] })
        }
        fn gradient(&self, values: &[f64]) -> Result<(f64, Vec<f64>)> {
            Ok((self.cost(values)?, vec![1.0]))
        }
        fn has_gradient(&self) -> bool {
            true
        }
    }
    let space = Space::new(vec![FitParameter::new("x", 0.25, 0.0, 1.0).unwrap()]).unwrap();
    let report = Fit::new(&space, &Trap).with_most_iterations(30).run(&Adam::new(0.05)).unwrap();
    assert_eq!((report.values, report.cost), (vec![0.25], -1.0));
}

/// In one dimension a simplex is two points, and most rules for its size break down.
#[test]
fn one_parameter_is_enough() {
    #[derive(Debug)]
    struct Bowl;
    impl Problem for Bowl {
        fn cost(&self, values: &[f64]) -> Result<f64> {
            Ok((values[0] - 0.7).powi(2))
        }
    }
    let space = Space::new(vec![FitParameter::new("x", 0.3, 0.0, 1.0).unwrap()]).unwrap();
    let optimizers: [&dyn Optimizer; 3] = [&NelderMead, &CmaEs::new(1), &DifferentialEvolution::new(1)];
    for optimizer in optimizers {
        let report = Fit::new(&space, &Bowl).with_most_evaluations(300).run(optimizer).unwrap();
        assert!((report.values[0] - 0.7).abs() < 1e-3, "{}: {report:?}", optimizer.name());
    }
}

#[test]
fn candidates_that_fail_are_bad_candidates() {
    for (optimizer, _) in optimizers() {
        // The start and the minimum lie on either side of it, but for optimizers that stay on theirs.
        let valley = Valley { strip: Some((0.3, 0.5)), ..Valley::default() };
        let report = Fit::new(&space(), &valley).with_most_evaluations(4000).run(&*optimizer).unwrap();
        assert!(
            report.cost < 1.0 && !(0.3..0.5).contains(&report.values[0]),
            "{}: {report:?}",
            optimizer.name()
        );
        if report.failed > 0 {
            assert!(report.failure.unwrap().contains("diverges"));
        }
    }
    let hopeless = Valley { strip: Some((-9.0, 9.0)), ..Valley::default() };
    let error =
        Fit::new(&space(), &hopeless).with_most_evaluations(20).run(&CmaEs::new(0)).unwrap_err().to_string();
    assert!(error.contains("candidates could be judged") && error.contains("diverges"), "{error}");
}

#[test]
fn a_fit_that_was_stopped_goes_on_where_it_was() {
    for (optimizer, _) in optimizers() {
        let folder = tempfile::tempdir().unwrap();
        let (path, fit) = (folder.path().join("fit.jsonl"), |valley: &Valley, stop: &Arc<AtomicBool>| {
            Fit::new(&space(), valley)
                .with_most_evaluations(300)
                .with_journal(folder.path().join("fit.jsonl"))
                .with_stop(Arc::clone(stop))
                .run(&*optimizer)
                .unwrap()
        });
        let unbroken =
            Fit::new(&space(), &Valley::default()).with_most_evaluations(300).run(&*optimizer).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let first = Valley { patience: Some((25, Arc::clone(&stop))), ..Valley::default() };
        assert_eq!(fit(&first, &stop).reason, StopReason::Asked);
        // A kill leaves half a line.
        let mut text = std::fs::read(&path).unwrap();
        text.extend_from_slice(b"{\"values\":[0.1,");
        std::fs::write(&path, text).unwrap();
        let second = Valley::default();
        let continued = fit(&second, &Arc::default());
        assert_eq!(continued, unbroken, "{}", optimizer.name());
        let [first, second] = [first, second].map(|valley| valley.computed.into_inner());
        assert!(first + second <= unbroken.evaluations + 2, "{}: {first} + {second}", optimizer.name());
        // Once more: nothing is computed.
        let third = Valley::default();
        assert_eq!(fit(&third, &Arc::default()), unbroken);
        assert_eq!(third.computed.into_inner(), 0);
    }
}

#[test]
fn the_journal_of_another_fit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fit.jsonl");
    let run = |space: &Space| {
        let valley = Valley::default();
        Fit::new(space, &valley).with_most_evaluations(20).with_journal(&path).run(&NelderMead)
    };
    run(&space()).unwrap();
    let mut other = space().parameters().to_vec();
    other.push(FitParameter::new("third", 0.0, 0.0, 1.0).unwrap());
    let error = run(&Space::new(other).unwrap()).unwrap_err().to_string();
    assert!(error.contains("belongs to another fit"), "{error}");
    std::fs::write(&path, "{\"sweep\":1}\n").unwrap();
    assert!(run(&space()).unwrap_err().to_string().contains("is not the journal of a fit"));
    // A file of somebody else's, without a whole line, is not touched.
    std::fs::write(&path, "weights").unwrap();
    assert!(run(&space()).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), b"weights");
}

#[test]
fn results_do_not_depend_on_threads() {
    for (optimizer, _) in optimizers() {
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                Fit::new(&space(), &Valley::default()).with_most_evaluations(200).run(&*optimizer).unwrap()
            })
        };
        assert_eq!(run(1), run(3), "{}", optimizer.name());
    }
}

/// A parabola of some weight around 3.
#[derive(Debug)]
struct Flat(f64);
impl Problem for Flat {
    fn cost(&self, values: &[f64]) -> Result<f64> {
        Ok(0.5 * self.0 * (values[0] - 3.0).powi(2))
    }
    fn gradient(&self, values: &[f64]) -> Result<(f64, Vec<f64>)> {
        Ok((self.cost(values)?, vec![self.0 * (values[0] - 3.0)]))
    }
    fn has_gradient(&self) -> bool {
        true
    }
}

#[test]
fn limits_and_priors_count() {
    let target = Fit::new(&space(), &Valley::default()).with_target(1.0).run(&CmaEs::new(1)).unwrap();
    assert!(target.reason == StopReason::Target && target.cost <= 1.0);
    let limited =
        Fit::new(&space(), &Valley::default()).with_most_iterations(2).run(&Lbfgs::default()).unwrap();
    assert_eq!(limited.reason, StopReason::Iterations);
    // Alone, the prior's mean is the minimum; with ten times its weight the data's.
    for (weight, expected) in [(0.0, 1.0), (1.0, 2.0), (9.0, 2.8)] {
        let parameter =
            FitParameter::new("x", 0.5, 0.0, 5.0).unwrap().with_prior(Prior::normal(1.0, 1.0).unwrap());
        let report =
            Fit::new(&Space::new(vec![parameter]).unwrap(), &Flat(weight)).run(&Lbfgs::default()).unwrap();
        assert!((report.values[0] - expected).abs() < 1e-7, "{weight}: {report:?}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    #[derive(Debug)]
    struct Plain;
    impl Problem for Plain {
        fn cost(&self, values: &[f64]) -> Result<f64> {
            Ok(values[0])
        }
    }
    let error = Fit::new(&space(), &Plain).run(&Lbfgs::default()).unwrap_err().to_string();
    assert!(error.contains("lbfgs needs a gradient"), "{error}");
    assert!(FitParameter::new("x", 3.0, 0.0, 1.0).is_err());
    assert!(FitParameter::new("x", 1.0, 1.0, 1.0).is_err());
    assert!(FitParameter::new("x", 0.0, 0.0, 1.0).unwrap().with_transform(Transform::Log).is_err());
    assert!(Space::new(Vec::new()).is_err());
    assert!(Fit::new(&space(), &Plain).with_start(&[1.0]).is_err());
}
