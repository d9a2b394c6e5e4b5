//! Fits of an experiment to data: its keys are changed until a number of its runs is as good as it gets.
//!
//! The section `[fit]` says what may change and what is aimed at:
//!
//! ```toml
//! [fit]
//! parameters = ["network.coupling.g = log:0.05..2.0 from 0.5", "noise.sigma = 0.01..0.5"]
//! maximize = "fc_correlation"           # or minimize: any column of a sweep's table
//! optimizer = "cma_es"                  # or "differential_evolution", "nelder_mead"; by gradient "lbfgs", "adam"
//! seed = 0                              # of the optimizer
//! most_evaluations = 200
//! tolerance = 1e-4                      # how narrow a cloud ends CMA-ES, in parts of the axes
//! seeds = 4                             # the mean over runs with the seeds from 0 on; without it the seed of the file
//! observe = ["bold"]                    # all a candidate needs to record
//! test_fc = "held_out.csv"              # FC of data that the fit does not see
//! ```
//!
//! A parameter is a key as [`Experiment::set`](crate::Experiment::set) knows it, with the bounds of its value, an axis (`log:`, `logit:`, `softplus:`, see
//! [`Transform`](brainmass_fit::Transform)), and where the fit begins: without `from` at the value of the experiment, or else in the middle.
//! A prior, as in `noise.sigma = 0.01..0.5 prior 0.1 +- 0.05` or `node.tau_e_ms = log:1..100 prior 10 */ 1.5`, adds half the square of the
//! distance, in deviations or in factors, to the cost.
//! `per region` behind it gives every region a value of its own, `per group of FILE` every group of regions: the key gets a list.
//! `network.weights = log:1e-6..3 per connection` are all weights of the connectome, whose sparsity and signs stay: see
//! [`Parameter`]. What comes out is a file `weights.npy` beside the best experiment, which names it.
//! Coefficients of maps are keys like others: `node.w_ee.scale = -1..1`, `node.w_ee.maps.1.scale = -1..1`. If the map says a `link`, sums of
//! maps keep their sign or their bounds in every region, so that no candidate is lost to a region beyond them; scales of a `log` link are
//! logarithms of factors. A logarithmic axis may lie below zero: `node.a_hz.offset = log:-5..-0.025`.
//!
//! # By gradient
//!
//! `lbfgs` and `adam` differentiate `fc_correlation`, `fc_rmse` and `fcd_wasserstein` of a signal that is an average, BOLD by
//! convolution or by the Balloon: the cost of a few runs, whatever the number of values. There is a gradient by parameters of node and
//! coupling, drives, initial values, sigma of noise, mean and tau of Ornstein–Uhlenbeck noise, the conduction speed of delays that are
//! interpolated, and by coefficients of their maps; there is none by what observes.
//!
//! Without `observe`, a fit to FC runs what the objective's signal needs.
//!
//! Candidates run in parallel. One that fails is a bad candidate. With a journal, a fit that was killed goes on where it was and ends
//! the same, to the bit.
//!
//! ```
//! use brainmass::fit::{ExperimentFit, Settings};
//! let mut experiment = brainmass::Experiment::example();
//! experiment.set("simulation.duration_ms=2000")?;
//! // How much noise makes fluctuations as small as they can be? As little as there may be.
//! for setting in [
//!     "fit.parameters=['noise.sigma = 0.1..0.5 from 0.4']",
//!     "fit.minimize='standard_deviation_activity'",
//!     "fit.observe=['activity']",
//!     "fit.optimizer='nelder_mead'",
//!     "fit.most_evaluations=30",
//! ] {
//!     experiment.set(setting)?;
//! }
//! let fitted = ExperimentFit::new(experiment)?.run(&Settings::default(), &mut |_| ())?;
//! assert!((fitted.report.values[0] - 0.1).abs() < 1e-3);
//! # Ok::<(), brainmass_core::Error>(())
//! ```

mod declared;
mod goal;
mod parameter;
mod run;
mod shape;

pub(crate) use declared::Declared;
pub use goal::Goal;
pub use parameter::Parameter;
pub use run::{ExperimentFit, Fitted, Progress, Settings, Weights};
use shape::Shape;
