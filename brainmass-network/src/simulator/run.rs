//! A run that can be stopped, saved and continued.

use std::io::Write as _;
use std::marker::PhantomData;
use std::path::Path;

use brainmass_core::{Archive, Result, write_atomically};

use super::BLOCK;
use super::checkpoint;
use super::monitor::Running;
use super::recording::Recording;
use crate::engine::{Engine, Settings};
use crate::subject::Subject;

/// A run under way; made by [`Simulator::start`](super::Simulator::start).
///
/// ```
/// use brainmass_core::units::{dimension::Dimensionless, ms, s};
/// use brainmass_network::{Monitor, Network, Simulator};
/// use brainmass_nodes::StuartLandau;
/// let network = Network::single(StuartLandau::default());
/// let simulator = Simulator::new(&network, ms(1.0))?;
/// let unbroken = simulator.run(s(1.0), s(0.0), &[Monitor::of("x")])?.take::<Dimensionless>("x")?;
/// let path = std::env::temp_dir().join("brainmass-doc.checkpoint");
///
/// let mut run = simulator.start(s(1.0), s(0.0), &[Monitor::of("x")])?;
/// run.advance(437)?;
/// run.save(&path)?;
/// drop(run);
/// let mut run = simulator.resume(s(1.0), s(0.0), &[Monitor::of("x")], &path)?;
/// run.advance(1000)?;
/// assert_eq!(run.finish()?.take::<Dimensionless>("x")?, unbroken);
/// # std::fs::remove_file(path).unwrap();
/// # Ok::<(), brainmass_core::Error>(())
/// ```
pub struct Run<'n, N> {
    network: &'n dyn Subject,
    settings: Settings,
    pub(super) engine: Box<dyn Engine + 'n>,
    monitors: Vec<Running>,
    n_steps: usize,
    node: PhantomData<fn() -> N>,
}

impl<'n, N> Run<'n, N> {
    pub(super) fn new(
        network: &'n dyn Subject,
        settings: Settings,
        engine: Box<dyn Engine + 'n>,
        monitors: Vec<Running>,
        n_steps: usize,
    ) -> Self {
        Self { network, settings, engine, monitors, n_steps, node: PhantomData }
    }

    /// How many steps are done.
    pub fn step(&self) -> usize {
        self.engine.step()
    }

    /// How many steps the whole run has.
    pub fn n_steps(&self) -> usize {
        self.n_steps
    }

    /// Advances by so many steps, or to the end of the run.
    ///
    /// # Errors
    /// [`Error::Diverged`](brainmass_core::Error::Diverged), and what goes wrong in an observation model.
    pub fn advance(&mut self, n_steps: usize) -> Result<()> {
        let end = self.step().saturating_add(n_steps).min(self.n_steps);
        while self.step() < end {
            self.advance_by_one()?;
        }
        self.flush()
    }

    /// Advances by a step; what the monitors take of it they may hold back.
    pub(super) fn advance_by_one(&mut self) -> Result<()> {
        if !self.engine.advance()
            && let Some(error) = self.engine.divergence(0)
        {
            return Err(error);
        }
        self.monitors.iter_mut().for_each(|monitor| monitor.record(&mut *self.engine, 0));
        if self.step().is_multiple_of(BLOCK) { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.monitors.iter_mut().try_for_each(Running::flush)
    }

    /// Writes everything that the rest of the run needs into a file: states, histories, noise, what the monitors
    /// hold and what they have recorded.
    ///
    /// The file is versioned, carries a checksum and appears whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`](brainmass_core::Error::Io).
    pub fn save(&mut self, path: &Path) -> Result<()> {
        let bytes = self.to_bytes()?;
        write_atomically(path, |file| file.write_all(&bytes))
    }

    /// What [`save`](Self::save) writes, for a file that holds more.
    ///
    /// # Errors
    /// What goes wrong in an observation model.
    pub fn to_bytes(&mut self) -> Result<Vec<u8>> {
        let mut archive = Archive::writer();
        self.archive(&mut archive)?;
        Ok(checkpoint::pack(&self.description(), &archive.into_bytes()))
    }

    pub(super) fn restore(&mut self, bytes: Vec<u8>, path: &Path) -> Result<()> {
        let mut archive = Archive::reader(checkpoint::unpack(bytes, path, &self.description())?);
        self.archive(&mut archive)?;
        archive.finish()
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        self.engine.archive(archive)?;
        self.monitors.iter_mut().try_for_each(|monitor| monitor.archive(archive))
    }

    /// What must be alike in a run that goes on from a checkpoint. How long it lasts may differ.
    fn description(&self) -> checkpoint::Description<'_> {
        checkpoint::Description {
            node: self.network.name(),
            network: &self.network,
            settings: &self.settings,
            monitors: &self.monitors,
        }
    }

    /// What the monitors recorded up to now.
    ///
    /// # Errors
    /// What goes wrong in an observation model.
    pub fn finish(self) -> Result<Recording> {
        Ok(self.into_parts()?.0)
    }

    /// The same, and the engine where it stands.
    pub(super) fn into_parts(self) -> Result<(Recording, Box<dyn Engine + 'n>)> {
        let recorded = self.monitors.into_iter().map(Running::finish).collect::<Result<_>>()?;
        Ok((Recording::new(recorded), self.engine))
    }
}

impl<N> std::fmt::Debug for Run<'_, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Run({} at step {} of {})", self.network.name(), self.step(), self.n_steps)
    }
}
