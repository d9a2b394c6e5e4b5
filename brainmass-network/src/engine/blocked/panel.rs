//! Which networks may run side by side.

use brainmass_core::Node;

use crate::coupling::{Connection, ErasedCoupling};
use crate::engine::{EngineKind, Settings};
use crate::network::Network;

use super::layout::{Layout, Scalar};

/// How many networks [`Simulator::run_many`](crate::Simulator::run_many) runs side by side: half a chunk of lanes, one or
/// two vectors of a CPU.
pub const PANEL: usize = 8;

/// Whether two networks differ in numbers only and have no delays, so that the lanes of a panel can hold them.
pub(crate) fn fits_beside<N: Node>(a: &Network<N>, b: &Network<N>, settings: &Settings) -> bool {
    let instant = |network: &Network<N>| {
        let lengths = network.connectome().tract_lengths().value_unsafe;
        let delayed = |connection: &Connection| connection.delays().is_some();
        !network.connections().iter().any(delayed) || lengths.iter().all(|length| *length == 0.0)
    };
    let noisy = |network: &Network<N>| {
        let inputs = network.input_noise().iter().map(|(input, _)| *input);
        let states = network.state_noise().iter().map(|(state, _)| *state);
        (inputs.collect::<Vec<_>>(), states.collect::<Vec<_>>())
    };
    let connections = || a.connections().iter().zip(b.connections());
    settings.kind == EngineKind::Blocked
        && a.has_interpolated_delays() == b.has_interpolated_delays()
        && instant(a)
        && instant(b)
        && a.connectome().weights() == b.connectome().weights()
        && noisy(a) == noisy(b)
        && a.connections().len() == b.connections().len()
        && connections().all(|(a, b)| connected_alike(a, b))
}

/// Whether two connections are of one kind between the same variables, and remember nothing.
fn connected_alike(a: &Connection, b: &Connection) -> bool {
    let past = |connection: &Connection| {
        connection.delays().is_none_or(|delays| *delays.history() == crate::History::Constant)
    };
    let peers: [&dyn ErasedCoupling; 2] = [a.coupling().as_ref(), b.coupling().as_ref()];
    a.joins_as(b)
        && past(a)
        && past(b)
        && <f64 as Scalar>::in_lanes(&peers, &Layout { n_regions: 1, n_networks: 2 }).is_some()
}
