//! Whole-brain simulation: from a connectome to BOLD, EEG and MEG, and to a score against data.
//!
//! This crate is the front door: it re-exports the others under short names, holds the `brainmass` command
//! and reads experiments from files. Who needs only a part takes the crate of that part.
//!
//! | name | crate | what is there |
//! |---|---|---|
//! | [`core`] | `brainmass-core` | traits, scalars, units, containers |
//! | [`nodes`] | `brainmass-nodes` | neural mass models |
//! | [`network`] | `brainmass-network` | couplings, delays, noise, integrators, simulator |
//! | [`forward`] | `brainmass-forward` | BOLD, EEG, MEG |
//! | [`objectives`] | `brainmass-objectives` | functional connectivity, spectra, distances |
//! | [`fitting`] | `brainmass-fit` | parameters, gradients and optimisers |
//! | [`datasets`] | `brainmass-datasets` | embedded data, readers and writers |
//! | [`viz`] | `brainmass-viz` | pictures |
//!
//! ```
//! use brainmass::core::units::{dimension::Dimensionless, mm_per_ms, ms, s};
//! use brainmass::forward::{hrf::Gamma, ConvolutionBold};
//! use brainmass::network::{Connection, Delays, Diffusive, Monitor, Network, OrnsteinUhlenbeck, Simulator};
//!
//! let connection = Connection::new("r_e", "e_input", Diffusive::new(0.5))
//!     .with_delays(Delays::at_speed(mm_per_ms(10.0)));
//! let network = Network::new(brainmass::nodes::WilsonCowan::default(), brainmass::datasets::example_connectome())
//!     .with_connection(connection)?
//!     .with_input_noise("e_input", OrnsteinUhlenbeck::new(0.28, ms(20.0)))?;
//! let bold = ConvolutionBold::<Dimensionless>::new(Gamma::default(), s(0.72), ms(20.0));
//! let monitor = Monitor::of("r_e").observed(bold).named("bold");
//! let mut recording = Simulator::new(&network, ms(0.5))?.run(s(36.0), s(0.0), &[monitor])?;
//! let bold = recording.take::<Dimensionless>("bold")?;
//! assert_eq!((bold.n_channels(), bold.n_samples()), (8, 50));
//! # Ok::<(), brainmass::core::Error>(())
//! ```

pub use brainmass_core as core;
pub use brainmass_datasets as datasets;
pub use brainmass_fit as fitting;
pub use brainmass_forward as forward;
pub use brainmass_network as network;
pub use brainmass_nodes as nodes;
pub use brainmass_nodes::catalogue;
pub use brainmass_objectives as objectives;
pub use brainmass_viz as viz;

pub mod experiment;
pub mod fit;
mod load;
pub mod report;
pub mod sweep;

pub use experiment::Experiment;

/// The examples of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
