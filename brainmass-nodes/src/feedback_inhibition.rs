//! Feedback inhibition control for the model of Deco et al. (2014).

use brainmass_core::units::{Ampere, Hertz, na};
use brainmass_core::{Connectome, Dual, Error, Node, Parameter, Parameterized, Result, check};

use crate::ReducedWongWangExcInh;
use crate::transfer::abbott_chance;

/// Feedback inhibition control: the `j_i` of every region at which all of them fire at the same mean rate.
///
/// It is for [`ReducedWongWangExcInh`] with additive coupling of strength G from `s_e` to `s_input`, whose rates would otherwise
/// rise with what a region receives. The target is that of the paper unless another is given: a current into excitatory neurons of
/// 0.026 nA below the threshold `b_e/a_e`, which makes 3.0631 Hz. There are three ways to `j_i`:
///
/// | way | what it is |
/// |---|---|
/// | [`at_fixed_point`](Self::at_fixed_point) | exact without noise, for any delays, in no time |
/// | [`linear`](Self::linear) | the rule of thumb of Herzog et al. |
/// | [`by_iteration`](Self::by_iteration) | from simulated means, so with noise: slow |
///
/// At a fixed point where every region fires at the rate r, with its in-strength k,
///
/// ```text
/// s_e = γ_e τ_e r/(1 + γ_e τ_e r)
/// s_i = γ_i τ_i H(W_i I_0 + J_N (1 + λ G k) s_e − J_ii s_i; a_i, b_i, d_i)
/// J_i = (W_e I_0 + J_N (w_p + G k) s_e − x_e)/s_i,    r = H(x_e; a_e, b_e, d_e)
/// ```
///
/// The second line has one root. With λ = 0 it is the same in all regions, and `j_i` is a straight line in G k.
///
/// # Example
/// ```
/// use brainmass_core::{units::na, Connectome};
/// use brainmass_nodes::{FeedbackInhibition, ReducedWongWangExcInh};
/// let weights = nalgebra::dmatrix![0.0, 2.0; 1.0, 0.0];
/// let connectome = Connectome::without_lengths(weights)?;
/// let control = FeedbackInhibition::new(ReducedWongWangExcInh::default(), &connectome, 0.5);
/// assert!((control.target_rate().value_unsafe - 3.0631).abs() < 1e-4);
/// // 1.0019 nA for a region alone, and 0.6286 nA for each unit of G k.
/// let j_i = control.at_fixed_point()?.value_unsafe;
/// assert!((j_i[0] - na(1.0019 + 0.6286).value_unsafe).abs() < 1e-13);
/// assert!((j_i[1] - na(1.0019 + 0.5 * 0.6286).value_unsafe).abs() < 1e-13);
/// // The rule of thumb: 1 nA, and 0.75 nA for each unit.
/// let j_i = control.linear(na(0.75))?.value_unsafe;
/// assert!((j_i[0] - na(1.75).value_unsafe).abs() < 1e-22);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # References
/// Deco, Ponce-Alvarez, Hagmann, Romani, Mantini & Corbetta (2014), J. Neurosci. 34:7886–7898,
/// doi:10.1523/JNEUROSCI.5068-13.2014. Herzog, Mediano, Rosas, Luppi, Sanz-Perl, Tagliazucchi, Kringelbach, Cofré & Deco (2024),
/// Netw. Neurosci. 8, `doi:10.1162/netn_a_00410`.
#[derive(Clone, Debug)]
#[doc(alias = "FIC")]
pub struct FeedbackInhibition {
    node: ReducedWongWangExcInh,
    connectome: Connectome,
    g: f64,
    /// The current into excitatory neurons that is aimed at, A.
    target: f64,
    /// How far from it a simulated mean may lie, A.
    tolerance: f64,
}

/// How far from the target the paper lets a mean current lie.
const TOLERANCE: Ampere = na(0.005);

/// Mean gating of every region in a simulation, for [`FeedbackInhibition::by_iteration`].
#[derive(Clone, Debug, PartialEq)]
pub struct MeanGating {
    /// Of the excitatory synapses.
    pub s_e: Vec<f64>,
    /// Of the inhibitory synapses.
    pub s_i: Vec<f64>,
}

/// What [`FeedbackInhibition::by_iteration`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct TunedInhibition {
    /// Feedback inhibition of every region.
    pub j_i: Ampere<Vec<f64>>,
    /// How many simulations it took.
    pub rounds: usize,
    /// How far from the target the mean current lies in the region where it is farthest.
    pub farthest: Ampere,
}

impl FeedbackInhibition {
    /// For regions of one kind, whose own `j_i` plays no part, coupled with strength G.
    pub fn new(node: ReducedWongWangExcInh, connectome: &Connectome, g: f64) -> Self {
        let target = (node.b_e / node.a_e - na(0.026)).value_unsafe;
        Self { node, connectome: connectome.clone(), g, target, tolerance: TOLERANCE.value_unsafe }
    }

    /// The same for another mean rate.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless it is positive and finite.
    pub fn with_target_rate(mut self, rate: Hertz) -> Result<Self> {
        check::positive("target rate of feedback inhibition", rate)?;
        let (rate, d) = (rate.value_unsafe, self.node.d_e.value_unsafe);
        // The rate lies above the drive, and vanishes at the lower end.
        let drive = falling_root(-80.0 / d, rate, |drive| rate - abbott_chance(drive, d));
        self.target = (drive + self.node.b_e.value_unsafe) / self.node.a_e.value_unsafe;
        Ok(self)
    }

    /// The same with another tolerance of the mean current in [`by_iteration`](Self::by_iteration), 0.005 nA unless given.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless it is positive and finite.
    pub fn with_tolerance(mut self, tolerance: Ampere) -> Result<Self> {
        check::positive("tolerance of feedback inhibition", tolerance)?;
        self.tolerance = tolerance.value_unsafe;
        Ok(self)
    }

    /// The mean rate of excitatory neurons that is aimed at.
    pub fn target_rate(&self) -> Hertz {
        let drive = self.node.a_e.value_unsafe * self.target - self.node.b_e.value_unsafe;
        Hertz::new(abbott_chance(drive, self.node.d_e.value_unsafe))
    }

    /// The gating `s_e` that goes with the target rate.
    pub fn target_gating(&self) -> f64 {
        let opening = (self.target_rate() * self.node.tau_e).value_unsafe * self.node.gamma_e;
        opening / (1.0 + opening)
    }

    /// `j_i` of every region at which the network without noise has a fixed point at the target rate.
    ///
    /// Whether the fixed point is stable depends on G; beyond its bifurcation a simulation leaves it.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a region whose `j_i` would be negative, as when too little excites it, or too large.
    pub fn at_fixed_point(&self) -> Result<Ampere<Vec<f64>>> {
        let s_e = self.target_gating();
        let j_i = |strength: &f64| {
            let s_input = self.g * strength * s_e;
            (self.excitation(s_e, s_input) - self.target) / self.inhibition(s_e, s_input)
        };
        self.checked(self.connectome.in_strengths().iter().map(j_i).collect())
    }

    /// `j_i` = 1 nA + α G k with the in-strength k, and α = 0.75 nA in Herzog et al.
    ///
    /// They fitted α to rates simulated with noise, most of all near the bifurcation.
    /// [`at_fixed_point`](Self::at_fixed_point) has a slope of 0.6286 nA with the default parameters.
    ///
    /// # Errors
    /// As [`at_fixed_point`](Self::at_fixed_point).
    pub fn linear(&self, alpha: Ampere) -> Result<Ampere<Vec<f64>>> {
        let strengths = self.connectome.in_strengths();
        self.checked(strengths.iter().map(|k| (na(1.0) + alpha * (self.g * k)).value_unsafe).collect())
    }

    /// Changes `j_i` and simulates until the mean current of every region lies within the tolerance of the target.
    ///
    /// `simulate` runs the network with the `j_i` it is given, with its noise and delays, and returns means over a time in which the
    /// network is stationary. The paper changes `j_i` by fixed steps; here they are those of Newton's method with the slopes at the fixed
    /// point without noise, so that a few simulations are enough where the paper takes hundreds.
    ///
    /// # Errors
    /// Those of `simulate`; [`Error::Shape`] and [`Error::NotFinite`] for means that are not one number per region;
    /// [`Error::Setting`] if `most_rounds` simulations are not enough.
    pub fn by_iteration(
        &self,
        start: Ampere<Vec<f64>>,
        most_rounds: usize,
        mut simulate: impl FnMut(&Ampere<Vec<f64>>) -> Result<MeanGating>,
    ) -> Result<TunedInhibition> {
        let n = self.connectome.n_regions();
        check_regions("feedback inhibition to start from", &start.value_unsafe, n)?;
        let mut j_i = self.checked(start.value_unsafe)?;
        let mut farthest = f64::INFINITY;
        for rounds in 1..=most_rounds {
            let means = simulate(&j_i)?;
            check_regions("mean s_e", &means.s_e, n)?;
            check_regions("mean s_i", &means.s_i, n)?;
            let error = self.errors(&means, &j_i.value_unsafe);
            farthest = error.iter().fold(0.0, |largest: f64, error| largest.max(error.abs()));
            if farthest <= self.tolerance {
                return Ok(TunedInhibition { j_i, rounds, farthest: Ampere::new(farthest) });
            }
            let changes = self.changes(&error, &j_i.value_unsafe);
            for (j_i, change) in j_i.value_unsafe.iter_mut().zip(changes) {
                // Never more than halved or doubled: far from the target the slopes say little.
                *j_i = (*j_i + change).clamp(0.5 * *j_i, 2.0 * *j_i);
            }
        }
        let distance = brainmass_core::units::show(Ampere::new(farthest));
        let problem = format!("after {most_rounds} simulations a region is still {distance} from its target");
        Err(Error::setting("feedback inhibition", problem))
    }

    /// How far above the target the current into excitatory neurons lies, by region: it is linear in what has a mean.
    fn errors(&self, means: &MeanGating, j_i: &[f64]) -> Vec<f64> {
        let received = self.received(&means.s_e);
        let error = |region: usize| {
            self.excitation(means.s_e[region], received[region])
                - j_i[region] * means.s_i[region]
                - self.target
        };
        (0..j_i.len()).map(error).collect()
    }

    /// What each region receives of a gating, or of a change of it: `G Σ w_ij s_j`.
    fn received(&self, s_e: &[f64]) -> Vec<f64> {
        let weights = self.connectome.weights();
        let sum =
            |region: usize| s_e.iter().enumerate().map(|(from, s)| weights[(region, from)] * s).sum::<f64>();
        (0..s_e.len()).map(|region| self.g * sum(region)).collect()
    }

    /// How much `j_i` has to change for currents to change by −error, to first order around the target.
    ///
    /// A current that is lower by e comes with gatings lower by φ′ e, here and in the regions that project here; inhibition
    /// makes up for the rest of e: `s_i δJ_i = e_i − J_N (w_p + G w) φ′ e + J_i δs_i`.
    fn changes(&self, error: &[f64], j_i: &[f64]) -> Vec<f64> {
        let node = &self.node;
        let s_e = self.target_gating();
        let drive = node.a_e.value_unsafe * self.target - node.b_e.value_unsafe;
        let rate = abbott_chance(Dual::<f64, 1>::variable(drive, 0), Dual::constant(node.d_e.value_unsafe));
        // s_e = o/(1 + o) with the opening o = γ_e τ_e r; its slope is 1/(1 + o)² = (1 − s_e)².
        let opening = node.gamma_e * node.tau_e.value_unsafe * node.a_e.value_unsafe * rate.partials[0];
        let lower: Vec<f64> = error.iter().map(|error| (1.0 - s_e).powi(2) * opening * error).collect();
        let (received, less_received) = (self.received(&vec![s_e; error.len()]), self.received(&lower));
        let change = |region: usize| {
            let s_i = self.inhibition(s_e, received[region]);
            let (by_s_e, by_s_input) = self.inhibition_slopes([s_e, s_i], received[region]);
            let less_excitation = node.j_n.value_unsafe * (node.w_p * lower[region] + less_received[region]);
            let less_inhibition = j_i[region] * (by_s_e * lower[region] + by_s_input * less_received[region]);
            (error[region] - less_excitation + less_inhibition) / s_i
        };
        (0..error.len()).map(change).collect()
    }

    /// How `s_i` at rest changes with `s_e` and with `s_input`: along with them, so that its equation still vanishes.
    fn inhibition_slopes(&self, [s_e, s_i]: [f64; 2], s_input: f64) -> (f64, f64) {
        let node = self.node.with(&mut |_, value| Dual::<f64, 3>::constant(value));
        let state = [Dual::variable(s_e, 0), Dual::variable(s_i, 1)];
        let input = [Dual::variable(s_input, 2), Dual::constant(0.0)];
        let [by_s_e, by_s_i, by_s_input] =
            ReducedWongWangExcInh::derivative(&node, &state, &input)[1].partials;
        (-by_s_e / by_s_i, -by_s_input / by_s_i)
    }

    /// The current into excitatory neurons but for inhibition, `w_e i_0 + j_n (w_p s_e + s_input)`, A.
    fn excitation(&self, s_e: f64, s_input: f64) -> f64 {
        let node = &self.node;
        (node.i_0 * node.w_e + node.j_n * (node.w_p * s_e + s_input)).value_unsafe
    }

    /// `s_i` at rest for a given excitation: where the node's own equation vanishes, which falls as `s_i` rises.
    fn inhibition(&self, s_e: f64, s_input: f64) -> f64 {
        let slope = |s_i: f64| ReducedWongWangExcInh::derivative(&self.node, &[s_e, s_i], &[s_input, 0.0])[1];
        falling_root(0.0, slope(0.0) * self.node.tau_i.value_unsafe, slope)
    }

    fn checked(&self, j_i: Vec<f64>) -> Result<Ampere<Vec<f64>>> {
        let is_j_i = |parameter: &&Parameter| parameter.name == "j_i";
        for (region, value) in j_i.iter().enumerate() {
            for parameter in ReducedWongWangExcInh::PARAMETERS.iter().filter(is_j_i) {
                let label = &self.connectome.labels()[region];
                parameter.check(&format!("feedback inhibition `j_i` of {label}"), *value)?;
            }
        }
        Ok(Ampere::new(j_i))
    }
}

fn check_regions(what: &str, values: &[f64], n_regions: usize) -> Result<()> {
    if values.len() != n_regions {
        return Err(Error::shape(
            what,
            format!("{n_regions} values, one per region"),
            values.len().to_string(),
        ));
    }
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(region) => Err(Error::NotFinite {
            what: what.to_owned(),
            place: format!("region {region}"),
            value: values[region],
        }),
    }
}

/// Where a falling function changes its sign between two points, to the last bit.
fn falling_root(mut low: f64, mut high: f64, function: impl Fn(f64) -> f64) -> f64 {
    loop {
        let middle = low + 0.5 * (high - low);
        if !(low < middle && middle < high) {
            return middle;
        }
        if function(middle) > 0.0 { low = middle } else { high = middle }
    }
}
