//! Functional connectivity, spectra, and how far a simulated signal is from a recorded one.
//!
//! | item | what it says | objective |
//! |---|---|---|
//! | [`functional_connectivity`] | Pearson correlations of all pairs of channels, an [`Fc`] | |
//! | [`matrix_correlation`] | agreement of two matrices above the diagonal | [`FcCorrelation`] |
//! | [`matrix_rmse`] | distance of two matrices above the diagonal | [`FcRmse`] |
//! | [`SlidingWindow`] | similarity of FC from window to window, an [`Fcd`] | [`FcdKolmogorovSmirnov`], [`FcdWasserstein`] |
//! | [`Distribution`] | Kolmogorov–Smirnov and Wasserstein distances of two samples | |
//! | [`BandPass`], [`z_scored`] | what is done to BOLD before it is correlated | |
//! | [`TimeSeriesRmse`] | distance of two series, in their unit | itself |
//! | [`CosineSimilarity`] | angle between two series | itself |
//! | [`LaggedCorrelation`] | correlation of two series at the best of a few lags | itself |
//! | [`Welch`] | power over frequency, a [`Spectrum`] with its [`Peak`]s | [`SpectrumDistance`] |
//! | [`CrossSpectrum`] | coherence of all pairs of channels | |
//! | [`Phases`] | phase locking, Kuramoto order, metastability ([`Synchrony`]) | |
//! | [`RunningFc`], [`RunningSpectrum`], [`RunningSynchrony`] | the same of a signal that is not kept | |
//!
//! An objective holds its data and gives a cost, the smaller, the better; a
//! [`WeightedSum`](brainmass_core::WeightedSum) adds several. All have a gradient by every sample
//! ([`DifferentiableObjective`](brainmass_core::DifferentiableObjective)). What is undefined, such as the correlation of
//! a channel that never moves, is an error with the channel's name, never NaN and never a silent zero.
//!
//! ```
//! use brainmass_core::{units::{dimension::Dimensionless, s}, Objective, TimeSeries, WeightedSum};
//! use brainmass_objectives::{functional_connectivity, FcCorrelation, FcRmse};
//! use nalgebra::dmatrix;
//! let series = |values| TimeSeries::<Dimensionless>::unnamed(values, s(0.72), s(0.0)).unwrap();
//! let empirical = series(dmatrix![1.0, 2.0, 3.0, 4.0; 1.0, 2.0, 4.0, 3.0; 2.0, 1.0, 4.0, 3.0]);
//! let fc = functional_connectivity(&empirical).unwrap();
//! let cost = WeightedSum::new()
//!     .and(1.0, FcCorrelation::new(fc.clone()).unwrap()).unwrap()
//!     .and(0.5, FcRmse::new(fc).unwrap()).unwrap();
//! assert!(cost.cost(&empirical).unwrap() < 1e-15);
//! ```

mod agree;
mod compare;
mod correlation;
mod distribution;
mod fc;
mod fcd;
mod fcd_distance;
mod filter;
mod lagged;
mod pairs;
mod phases;
mod product;
mod running_fc;
mod series;
mod spectrum;

pub use compare::{FcCorrelation, FcRmse, matrix_correlation, matrix_rmse};
pub use distribution::Distribution;
pub use fc::{Fc, functional_connectivity};
pub use fcd::{Fcd, SlidingWindow};
pub use fcd_distance::{FcdKolmogorovSmirnov, FcdWasserstein};
pub use filter::{BandPass, z_scored};
pub use lagged::{Lag, LaggedCorrelation};
pub use phases::{Phases, RunningSynchrony, Synchrony, SynchronyAccumulator};
pub use running_fc::{FcAccumulator, RunningFc};
pub use series::{CosineSimilarity, TimeSeriesRmse};
pub use spectrum::{
    CrossSpectrum, Detrend, Peak, RunningSpectrum, Spectrum, SpectrumAccumulator, SpectrumDistance,
    SpectrumScale, Welch, Window,
};
