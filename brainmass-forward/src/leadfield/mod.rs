//! EEG and MEG: lead fields, given or computed, and what happens at the sensors.

mod coils;
mod derivatives;
mod electrodes;
mod field;
mod frame;
mod helmet;
mod intracranial;
mod points;
mod projection;
mod readout;
mod reference;
mod regions;
mod sensor_noise;
mod sphere;
mod surface;
mod vertices;

pub use coils::{CoilPlaces, MegSensors, PickUp};
pub use electrodes::ElectrodeSystem;
pub use field::{Eeg, LeadField, LeadFieldObserver, Meg};
pub use frame::{Frame, RigidTransform};
pub use helmet::Helmet;
pub use intracranial::{NearField, Shaft, contacts_in_infinite_medium};
pub use points::{OrientedPoints, Points};
pub use readout::{ReadoutObserver, RowNorm, RowNormalizedReadout};
pub use reference::{Reference, Rereference, RereferenceObserver};
pub use regions::RegionMap;
pub use sensor_noise::{SensorNoise, SensorNoiseObserver};
pub use sphere::{SphereModel, StandIns};
pub use surface::Surface;
pub use vertices::ComponentOrder;
