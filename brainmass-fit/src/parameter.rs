//! What a fit may change: named parameters with bounds, transforms and priors.

use brainmass_core::{Error, Result, check};

use crate::{Prior, Transform};

/// A parameter of a fit: one number, or several of a kind such as one per region.
///
/// Values are in whatever unit the problem takes them, coherent SI for those of this project.
///
/// ```
/// use brainmass_fit::{FitParameter, Prior, Transform};
/// let tau = FitParameter::new("tau_e", 0.01, 0.001, 0.1)?.with_transform(Transform::Log)?;
/// let coupling = FitParameter::regional("g", &[0.5; 80], 0.0, 3.0)?.with_prior(Prior::normal(0.5, 0.2)?);
/// assert_eq!((tau.len(), coupling.len()), (1, 80));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FitParameter {
    name: String,
    initial: Vec<f64>,
    low: f64,
    high: f64,
    transform: Transform,
    prior: Option<Prior>,
}

impl FitParameter {
    /// A parameter with its initial value and bounds.
    ///
    /// # Errors
    /// [`Error::Setting`] unless low < high, both finite; [`Error::OutOfRange`] for an initial value outside.
    pub fn new(name: impl Into<String>, initial: f64, low: f64, high: f64) -> Result<Self> {
        Self::regional(name, &[initial], low, high)
    }

    /// Several parameters of a kind, each with its initial value.
    ///
    /// # Errors
    /// As [`new`](Self::new); [`Error::Shape`] for none.
    pub fn regional(name: impl Into<String>, initial: &[f64], low: f64, high: f64) -> Result<Self> {
        let name = name.into();
        if initial.is_empty() {
            return Err(Error::shape(format!("initial values of `{name}`"), "at least one", "none"));
        }
        if !(low < high && low.is_finite() && high.is_finite()) {
            let requirement = format!("the bounds {low} and {high} do not enclose a range");
            return Err(Error::setting(format!("parameter `{name}` of a fit"), requirement));
        }
        for value in initial {
            check::between(&format!("initial value of `{name}`"), *value, low, high)?;
        }
        Ok(Self { name, initial: initial.to_vec(), low, high, transform: Transform::default(), prior: None })
    }

    /// The parameter on another axis.
    ///
    /// # Errors
    /// [`Error::Setting`] for a logarithmic axis whose bounds are not both positive or both negative.
    pub fn with_transform(mut self, transform: Transform) -> Result<Self> {
        if transform == Transform::Log && self.low <= 0.0 && self.high >= 0.0 {
            let requirement = format!(
                "a logarithmic axis needs a positive lower bound, or a negative upper one, but they are {} and {}",
                self.low, self.high
            );
            return Err(Error::setting(format!("parameter `{}` of a fit", self.name), requirement));
        }
        self.transform = transform;
        Ok(self)
    }

    /// The parameter with a prior on each of its values.
    #[must_use]
    pub fn with_prior(mut self, prior: Prior) -> Self {
        self.prior = Some(prior);
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many numbers it has.
    pub fn len(&self) -> usize {
        self.initial.len()
    }

    /// Never: a parameter has one number at least.
    pub fn is_empty(&self) -> bool {
        self.initial.is_empty()
    }

    /// The initial values.
    pub fn initial(&self) -> &[f64] {
        &self.initial
    }

    /// The bounds.
    pub fn bounds(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// The axis.
    pub fn transform(&self) -> Transform {
        self.transform
    }
}

/// All parameters of a fit, one after the other.
///
/// ```
/// use brainmass_fit::{FitParameter, Space};
/// let space = Space::new(vec![
///     FitParameter::new("g", 0.5, 0.0, 2.0)?,
///     FitParameter::regional("a", &[1.0, 3.0], 0.0, 4.0)?,
/// ])?;
/// assert_eq!(space.names(), ["g", "a[0]", "a[1]"]);
/// assert_eq!(space.free(&space.initial()), [0.25, 0.25, 0.75]);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    parameters: Vec<FitParameter>,
    /// For each number the parameter it belongs to.
    owners: Vec<usize>,
}

impl Space {
    /// A space of some parameters.
    ///
    /// # Errors
    /// [`Error::Shape`] for none, [`Error::Setting`] for a name that stands twice.
    pub fn new(parameters: Vec<FitParameter>) -> Result<Self> {
        if parameters.is_empty() {
            return Err(Error::shape("parameters of a fit", "at least one", "none"));
        }
        let names: Vec<String> = parameters.iter().map(|parameter| parameter.name.clone()).collect();
        check::unique("parameters of a fit", &names)?;
        let owners = parameters.iter().enumerate();
        let owners = owners.flat_map(|(index, parameter)| std::iter::repeat_n(index, parameter.len()));
        Ok(Self { owners: owners.collect(), parameters })
    }

    /// The parameters.
    pub fn parameters(&self) -> &[FitParameter] {
        &self.parameters
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.owners.len()
    }

    /// Never: a space has one number at least.
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// A name for each number.
    pub fn names(&self) -> Vec<String> {
        let of = |parameter: &FitParameter| match parameter.len() {
            1 => vec![parameter.name.clone()],
            n => (0..n).map(|index| format!("{}[{index}]", parameter.name)).collect(),
        };
        self.parameters.iter().flat_map(of).collect()
    }

    /// The numbers of one parameter among those of all.
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists the names; [`Error::Shape`] if `values` are not those of this space.
    pub fn values_of<'a>(&self, name: &str, values: &'a [f64]) -> Result<&'a [f64]> {
        let names: Vec<&str> = self.parameters.iter().map(FitParameter::name).collect();
        let index = check::position("parameter of the fit", name, &names)?;
        let first: usize = self.parameters[..index].iter().map(FitParameter::len).sum();
        values.get(first..first + self.parameters[index].len()).ok_or_else(|| {
            Error::shape("values of a fit", format!("{} numbers", self.len()), values.len().to_string())
        })
    }

    /// The bounds of one number.
    pub(crate) fn bounds_of(&self, index: usize) -> (f64, f64) {
        self.parameters[self.owners[index]].bounds()
    }

    /// The space without one of its numbers; none if it has no other.
    pub(crate) fn without(&self, index: usize) -> Result<Option<Self>> {
        let owner = self.owners[index];
        let first = self.owners.iter().take_while(|other| **other != owner).count();
        let mut parameters = self.parameters.clone();
        parameters[owner].initial.remove(index - first);
        parameters.retain(|parameter| !parameter.initial.is_empty());
        if parameters.is_empty() { Ok(None) } else { Self::new(parameters).map(Some) }
    }

    /// The initial values.
    pub fn initial(&self) -> Vec<f64> {
        self.parameters.iter().flat_map(|parameter| parameter.initial.iter().copied()).collect()
    }

    fn each(&self) -> impl Iterator<Item = &FitParameter> {
        self.owners.iter().map(|owner| &self.parameters[*owner])
    }

    /// The values at free coordinates.
    pub fn values(&self, free: &[f64]) -> Vec<f64> {
        self.each().zip(free).map(|(p, free)| p.transform.value(*free, p.low, p.high)).collect()
    }

    /// The free coordinates of values.
    pub fn free(&self, values: &[f64]) -> Vec<f64> {
        self.each().zip(values).map(|(p, value)| p.transform.free(*value, p.low, p.high)).collect()
    }

    /// Derivatives by values turned into derivatives by free coordinates.
    pub fn pull_back(&self, free: &[f64], by_values: &[f64]) -> Vec<f64> {
        let each = self.each().zip(free).zip(by_values);
        each.map(|((p, free), slope)| slope * p.transform.slope(*free, p.low, p.high)).collect()
    }

    /// The lower and upper bounds of the free coordinates.
    pub fn free_bounds(&self) -> (Vec<f64>, Vec<f64>) {
        self.each().map(|parameter| parameter.transform.bounds()).unzip()
    }

    /// What the priors add to the cost at some values, and its derivative by each.
    pub fn penalty(&self, values: &[f64]) -> (f64, Vec<f64>) {
        let each = self.each().zip(values);
        let terms = each.map(|(p, value)| p.prior.map_or((0.0, 0.0), |prior| prior.penalty(*value)));
        let (costs, slopes): (Vec<f64>, Vec<f64>) = terms.unzip();
        (costs.iter().sum(), slopes)
    }
}
