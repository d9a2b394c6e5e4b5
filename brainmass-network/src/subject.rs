//! What a simulator runs, whatever its nodes.

use std::any::Any;
use std::fmt::Debug;

use brainmass_core::node::{Source, source, variable_index};
use brainmass_core::units::Second;
use brainmass_core::{Node, Result, Variable};

use crate::engine::{self, Population, Settings};
use crate::network::Network;

/// A network of one kind of node, or of several.
pub(crate) trait Subject: Debug + Any + Send + Sync {
    /// The node's name, for messages.
    fn name(&self) -> &'static str;

    /// Finds a state variable or output.
    fn locate(&self, variable: &str) -> Result<Place<'_>>;

    /// Checks parameters, and drives against the length of a run.
    fn check_run(&self, dt: Second, n_steps: usize) -> Result<()>;
}

/// A state variable or output, and where it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'n> {
    /// Which population; 0 in a network of one kind of node.
    pub(crate) population: usize,
    pub(crate) source: Source,
    pub(crate) variable: &'static Variable,
    /// The regions that have it.
    pub(crate) labels: &'n [String],
}

/// What may become a population of a mixed network.
pub(crate) trait Part: Subject {
    /// Finds an input.
    fn input(&self, name: &str) -> Result<(usize, &'static Variable)>;

    /// Sets it in motion.
    fn start<'n>(&'n self, settings: &Settings) -> Result<Box<dyn Population + 'n>>;
}

impl<N: Node> Subject for Network<N> {
    fn name(&self) -> &'static str {
        N::NAME
    }

    fn locate(&self, variable: &str) -> Result<Place<'_>> {
        let (source, variable) = source::<N>(variable)?;
        Ok(Place { population: 0, source, variable, labels: self.connectome().labels() })
    }

    fn check_run(&self, dt: Second, n_steps: usize) -> Result<()> {
        self.check_parameters()?;
        let input = |index: usize| format!("`{}`", N::INPUT[index].name);
        self.drives().iter().try_for_each(|(index, drive)| drive.check_run(&input(*index), dt, n_steps))?;
        self.input_processes().iter().try_for_each(|(index, noise)| noise.check_run(&input(*index), dt))
    }
}

impl<N: Node> Part for Network<N> {
    fn input(&self, name: &str) -> Result<(usize, &'static Variable)> {
        let index = variable_index("input", name, N::INPUT)?;
        Ok((index, &N::INPUT[index]))
    }

    fn start<'n>(&'n self, settings: &Settings) -> Result<Box<dyn Population + 'n>> {
        engine::population(self, settings)
    }
}
