//! What a file says of a sweep.

use brainmass_core::Result;

use super::axis::Axis;
use super::plan::Plan;
use crate::experiment::Section;

/// `[sweep]`, or the options of the command that say the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    axes: Vec<Axis>,
    zip: bool,
    n_seeds: Option<usize>,
}

impl Declared {
    /// Reads `[sweep]` if it is there.
    pub(crate) fn read(root: &Section<'_>) -> Result<Self> {
        let Some(section) = root.section("sweep")? else { return Ok(Self::default()) };
        let axes = section.texts("vary")?.into_iter().map(str::parse).collect::<Result<_>>()?;
        let n_seeds = section.whole("seeds")?.map(|n_seeds| usize::try_from(n_seeds).unwrap_or(usize::MAX));
        let declared = Self { axes, zip: section.flag("zip")?.unwrap_or(false), n_seeds };
        section.finish()?;
        declared.plan()?;
        Ok(declared)
    }

    /// The points that are meant.
    pub(super) fn plan(&self) -> Result<Plan> {
        let groups = if self.zip {
            vec![self.axes.clone()]
        } else {
            self.axes.iter().map(|axis| vec![axis.clone()]).collect()
        };
        let plan = groups.into_iter().try_fold(Plan::default(), Plan::with)?;
        match self.n_seeds {
            Some(n_seeds) => plan.with(vec![Axis::seeds(n_seeds)?]),
            None => Ok(plan),
        }
    }
}
