//! EEG and MEG: lead fields, given or computed, and what happens at the sensors.

mod derivatives;
mod field;
mod points;
mod readout;
mod reference;
mod regions;
mod sarvas;
mod sensor_noise;
mod sphere;
mod vertices;

pub use field::{Eeg, LeadField, LeadFieldObserver, Meg};
pub use points::{OrientedPoints, Points};
pub use readout::{ReadoutObserver, RowNorm, RowNormalizedReadout};
pub use reference::{AverageReference, AverageReferenceObserver};
pub use regions::RegionMap;
pub use sarvas::meg_in_sphere;
pub use sensor_noise::{SensorNoise, SensorNoiseObserver};
pub use sphere::eeg_in_sphere;
pub use vertices::ComponentOrder;
