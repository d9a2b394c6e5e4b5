//! Feedback inhibition as a file asks for it.

use brainmass_core::units::Hertz;
use brainmass_core::{Error, Node, Parameterized, Result};
use brainmass_network::Network;
use brainmass_nodes::{FeedbackInhibition, ReducedWongWangExcInh};
use toml::Table;

use super::network::NetworkSettings;
use super::section::Section;

/// Reads `[node.feedback_inhibition]` of the Deco 2014 model: `target_rate_hz`, that of the paper unless given.
///
/// All other parameters must be the same in all regions, and the one connection additive, from `s_e` to `s_input`.
pub(super) fn tuned<N: Node>(
    network: Network<N>,
    control: Section<'_>,
    node_table: &Table,
    settings: Option<&NetworkSettings>,
) -> Result<Network<N>> {
    let refused = |problem: &str| Err(Error::setting(format!("[{}]", control.place()), problem));
    if N::NAME != ReducedWongWangExcInh::NAME {
        return refused("is known for the model `reduced_wong_wang_exc_inh` only");
    }
    let Some(settings) = settings else {
        return refused("is known for networks of one kind of node");
    };
    let node = Section::new("node", node_table);
    if node.any_quantity("j_i")?.is_some() {
        return refused("stands beside `j_i`, which it makes");
    }
    let mut values: Vec<f64> = Vec::new();
    for parameter in ReducedWongWangExcInh::PARAMETERS {
        let given = node.quantity(parameter.name, parameter.unit)?;
        match given.as_ref().map_or(&[][..], |given| given.as_slice()) {
            [] => values.push(f64::NAN),
            [value] => values.push(*value),
            _ => return refused("needs parameters that are the same in all regions"),
        }
    }
    let default = ReducedWongWangExcInh::default();
    let node = default.with(&mut |index, value| if values[index].is_nan() { value } else { values[index] });
    let g = match (settings.connections.as_slice(), settings.additive.as_slice()) {
        ([], _) => 0.0,
        ([one], [Some(g)]) if one.source() == "s_e" && one.input() == "s_input" => *g,
        _ => return refused("needs one connection: additive, of one strength, from `s_e` to `s_input`"),
    };
    let mut inhibition = FeedbackInhibition::new(node, &settings.connectome, g);
    if let Some(rate) = control.single::<brainmass_core::units::dimension::Hertz>("target_rate")? {
        inhibition = inhibition.with_target_rate(Hertz::new(rate.value_unsafe))?;
    }
    let j_i = inhibition.at_fixed_point()?;
    control.finish()?;
    network.with_parameter("j_i", j_i)
}
