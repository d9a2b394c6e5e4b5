//! Neural mass models: one file each, the equation in one place.
//!
//! | model | states | what it is used for |
//! |---|---|---|
//! | [`WilsonCowan`] | `r_e`, `r_i` | rates of an excitatory and an inhibitory population: fMRI, oscillations |
//! | [`JansenRit`] | `m`, `e`, `i` and their velocities | a cortical column's potential: EEG and MEG, alpha rhythm |
//! | [`StuartLandau`] | `x`, `y` | normal form of a Hopf bifurcation: resting-state fMRI |
//! | [`Linear`] | `x` | linear decay: tests against closed forms |
//!
//! A new model is one file here with the [`node!`](brainmass_core::node!) macro, one line in this table and
//! one in [`for_each_node!`]; two lines in `tests/conformance.rs` check it.

mod jansen_rit;
mod linear;
mod stuart_landau;
pub mod transfer;
mod wilson_cowan;

pub use jansen_rit::JansenRit;
pub use linear::Linear;
pub use stuart_landau::StuartLandau;
pub use wilson_cowan::WilsonCowan;

/// Calls a macro with the name of every node type of this crate: the one list for tables and commands.
///
/// ```
/// use brainmass_core::Node;
/// macro_rules! names {
///     ($($node:ident),*) => { [$(<brainmass_nodes::$node as Node>::NAME),*] };
/// }
/// assert_eq!(brainmass_nodes::for_each_node!(names)[0], "wilson_cowan");
/// ```
#[macro_export]
macro_rules! for_each_node {
    ($macro:ident) => {
        $macro! { WilsonCowan, JansenRit, StuartLandau, Linear }
    };
}
