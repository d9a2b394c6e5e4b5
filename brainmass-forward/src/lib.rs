//! From what regions do to what a scanner, a cap or a helmet records.
//!
//! Everything here is an [`ObservationModel`]: it runs on a finished series and, block by block, inside a
//! running simulation, with equal results. Nothing here needs a network.
//!
//! | what | maps |
//! |---|---|
//! | [`ConvolutionBold`] with a kernel of [`hrf`] | a source to BOLD by convolution |
//! | [`BalloonWindkessel`] with [`Haemodynamics`] | a source to BOLD by blood flow, volume and deoxyhaemoglobin |
//! | [`design`] | events of an experiment to regressors and to activity |
//! | [`LeadField`] | dipole moments or potentials to EEG (V) and MEG (T) |
//! | [`SphereModel`] | positions to the EEG, MEG and intracranial lead fields of a spherical head |
//! | [`Surface`], [`RegionMap`], [`LeadField::with_fixed_orientations`] | a lead field of vertices to one of regions |
//! | [`ElectrodeSystem`], [`Helmet`], [`MegSensors`], [`Shaft`] | where sensors are and what they measure |
//! | [`Rereference`], [`SensorNoise`], [`RowNormalizedReadout`] | what happens at the sensors |
//! | [`TemporalAverage`], [`Subsample`], [`Then`] | fewer samples; one model after another |
//!
//! All of them are [`Differentiable`]: derivatives of a score by the recording become derivatives by the sources and by
//! parameters such as those of a kernel.
//!
//! A sample stands for the interval that ends at its time, as in
//! [`TimeSeries`](brainmass_core::TimeSeries): the first BOLD sample after sources that begin at time zero is
//! stamped with one repetition time.
//!
//! ```
//! use brainmass_core::{units::{dimension::Dimensionless, ms, s}, ObservationModel, TimeSeries};
//! use brainmass_forward::{hrf::SpmDoubleGamma, ConvolutionBold};
//! use nalgebra::DMatrix;
//! let activity = TimeSeries::<Dimensionless>::unnamed(DMatrix::from_element(2, 4000, 1.0), ms(10.0), ms(10.0))?;
//! let bold = ConvolutionBold::new(SpmDoubleGamma::default(), s(0.72), ms(20.0)).observe(&activity)?;
//! assert_eq!((bold.n_samples(), bold.start()), (55, s(0.72)));
//! // The canonical response has unit mass: sustained activity of one gives BOLD of one.
//! approx::assert_relative_eq!(bold.values()[(0, 54)], 1.0, max_relative = 1e-3);
//! # Ok::<(), brainmass_core::Error>(())
//! ```

mod bold;
pub mod design;
pub mod hrf;
mod leadfield;
mod names;

pub use bold::{
    BalloonObserver, BalloonWindkessel, ConvolutionBold, ConvolutionObserver, Edges, FieldStrength,
    Haemodynamics, Method, SliceTiming, VolterraKernels,
};
pub use brainmass_core::observation::{Chain, Then};
pub use brainmass_core::{Differentiable, ObservationModel, Observer, Subsample, TemporalAverage};
pub use leadfield::{
    CoilPlaces, ComponentOrder, Eeg, ElectrodeSystem, Frame, Helmet, LeadField, LeadFieldObserver, Meg,
    MegSensors, NearField, OrientedPoints, PickUp, Points, ReadoutObserver, Reference, RegionMap,
    Rereference, RereferenceObserver, RigidTransform, RowNorm, RowNormalizedReadout, SensorNoise,
    SensorNoiseObserver, Shaft, SphereModel, StandIns, Surface, contacts_in_infinite_medium,
};
pub use names::numbered;
