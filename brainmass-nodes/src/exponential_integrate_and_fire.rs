//! The exponential integrate-and-fire neuron in white noise: its rate, its mean potential, and how its rate follows.

use brainmass_core::units::{Hertz, Second, Unit, Volt, VoltPerSecond, dimension, hz, ms, mv};
use brainmass_core::{Real, Result, check};

/// An exponential integrate-and-fire neuron under white noise, by the stationary Fokker–Planck equation.
///
/// ```text
/// dV = ((E_L − V + Δ_T exp((V − V_T)/Δ_T))/τ + μ) dt + σ dW
/// ```
///
/// At `v_s` it fires and stays at `v_r` for `t_ref`. σ is what noise alone piles up in a second, in volts: 1.5 mV/√ms are
/// 47 mV. A population of such neurons has the rate 1/(T + `t_ref`), T the mean time from `v_r` to `v_s`; when μ moves, its
/// rate follows through a filter that is nearly exponential. These are the functions of μ and σ of which mean-field models
/// of adaptive neurons are made (Augustin et al. 2017).
///
/// Probability and its flux are integrated from `v_s` down (Richardson 2007): the flux is known there, the density is zero,
/// and each cell is solved as if the drift were constant in it. The error falls with the square of the cells' width.
///
/// # Example
/// ```
/// use brainmass_core::units::{mv, v_per_s};
/// use brainmass_nodes::ExponentialIntegrateAndFire;
/// let neuron = ExponentialIntegrateAndFire::default();
/// // 1 mV/ms and 1.5 mV/√ms.
/// let sigma = mv(1.5 * 1000_f64.sqrt());
/// let state = neuron.steady_state(v_per_s(1.0), sigma)?;
/// assert!((state.rate.value_unsafe - 24.4615).abs() < 1e-4);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # References
/// Fourcaud-Trocmé, Hansel, van Vreeswijk & Brunel (2003), J. Neurosci. 23:11628–11640, doi:10.1523/JNEUROSCI.23-37-11628.2003;
/// Richardson (2007), Phys. Rev. E 76:021919, doi:10.1103/PhysRevE.76.021919; Augustin, Ladenbauer, Baumann & Obermayer (2017),
/// `PLoS` Comput. Biol. 13:e1005545, doi:10.1371/journal.pcbi.1005545; the defaults are those of Cakan & Obermayer (2020), `PLoS`
/// Comput. Biol. 16:e1007822, doi:10.1371/journal.pcbi.1007822.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "EIF")]
pub struct ExponentialIntegrateAndFire {
    /// Time constant of the membrane.
    pub tau: Second,
    /// Potential at which the leak reverses.
    pub e_l: Volt,
    /// Potential from which on spikes grow.
    pub v_t: Volt,
    /// How sharply they grow.
    pub delta_t: Volt,
    /// Potential after a spike.
    pub v_r: Volt,
    /// Potential that ends a spike.
    pub v_s: Volt,
    /// Time spent at `v_r` after a spike.
    pub t_ref: Second,
}

/// What a population does for ever under constant μ and σ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SteadyState {
    /// Spikes per second and neuron.
    pub rate: Hertz,
    /// Mean potential of the neurons that are not refractory.
    pub mean_potential: Volt,
}

impl Default for ExponentialIntegrateAndFire {
    fn default() -> Self {
        Self {
            tau: ms(20.0),
            e_l: mv(-65.0),
            v_t: mv(-50.0),
            delta_t: mv(1.5),
            v_r: mv(-70.0),
            v_s: mv(-40.0),
            t_ref: ms(1.5),
        }
    }
}

/// Cells between `v_s` and `v_r`, and below.
const CELLS: u32 = 3000;
/// Standard deviations of the free membrane below rest or reset where nothing is left.
const DEPTH: f64 = 9.0;
/// But no further than this below, V.
const DEEPEST: f64 = 0.3;
/// What stands for zero frequency, Hz: far below anything that a membrane follows.
const SLOWEST: f64 = 1e-4;
/// Beyond it numbers are scaled down, so that times of e^400 are no trouble.
const LARGE: f64 = 1e200;

/// A slice of the potential in which the drift is constant: p below = p above · kept + q · gained, the flux being q.
#[derive(Clone, Copy)]
struct Cell {
    high: f64,
    width: f64,
    kept: f64,
    gained: f64,
    above_reset: bool,
}

/// A complex number.
type Complex = [f64; 2];

fn add(a: Complex, b: Complex, factor: f64) -> Complex {
    [a[0] + factor * b[0], a[1] + factor * b[1]]
}

/// i·b added to a, times a factor.
fn add_turned(a: Complex, b: Complex, factor: f64) -> Complex {
    [a[0] - factor * b[1], a[1] + factor * b[0]]
}

fn ratio(a: Complex, b: Complex) -> Complex {
    let square = b[0] * b[0] + b[1] * b[1];
    [(a[0] * b[0] + a[1] * b[1]) / square, (a[1] * b[0] - a[0] * b[1]) / square]
}

impl ExponentialIntegrateAndFire {
    /// From `v_s` down.
    fn cells(&self, mu: f64, sigma: f64) -> Vec<Cell> {
        let [tau, e_l, v_t, delta_t] =
            [self.tau.value_unsafe, self.e_l.value_unsafe, self.v_t.value_unsafe, self.delta_t.value_unsafe];
        let (v_r, v_s) = (self.v_r.value_unsafe, self.v_s.value_unsafe);
        let free = sigma * (0.5 * tau).sqrt();
        let lowest = (v_r.min(e_l + tau * mu) - DEPTH * free).max(v_r - DEEPEST);
        let noise = 2.0 / (sigma * sigma);
        let mut cells = Vec::with_capacity(2 * CELLS as usize);
        for (from, to) in [(v_s, v_r), (v_r, lowest)] {
            let width = (from - to) / f64::from(CELLS);
            for k in 0..CELLS {
                let high = from - width * f64::from(k);
                let middle = high - 0.5 * width;
                let drift = (e_l - middle + delta_t * Real::exp((middle - v_t) / delta_t)) / tau + mu;
                let exponent = -noise * drift * width;
                let (kept, gained) = (Real::exp(exponent), noise * width * Real::exp_ratio(exponent));
                cells.push(Cell { high, width, kept, gained, above_reset: to >= v_r });
            }
        }
        cells
    }

    fn check(&self, mu: VoltPerSecond, sigma: Volt) -> Result<()> {
        check::positive("membrane time constant", self.tau)?;
        check::positive("sharpness of the spike", self.delta_t)?;
        check::positive("potential of the spike less that after it", self.v_s - self.v_r)?;
        check::positive("sigma", sigma)?;
        if mu.value_unsafe.is_finite() {
            return Ok(());
        }
        let unit = Unit::of::<dimension::VoltPerSecond>();
        Err(check::out_of_range("mu", mu.value_unsafe, unit, "it must be finite"))
    }

    /// The rate and the mean potential under constant μ and σ.
    ///
    /// # Errors
    /// [`Error`](brainmass_core::Error) for times, potentials or σ that are not positive or not finite.
    pub fn steady_state(&self, mu: VoltPerSecond, sigma: Volt) -> Result<SteadyState> {
        self.check(mu, sigma)?;
        let (mut p, mut flux, mut time, mut moment) = (0.0, 1.0, 0.0, 0.0);
        for cell in self.cells(mu.value_unsafe, sigma.value_unsafe) {
            let low = p * cell.kept + if cell.above_reset { flux * cell.gained } else { 0.0 };
            time += 0.5 * cell.width * (p + low);
            moment += 0.5 * cell.width * (cell.high * p + (cell.high - cell.width) * low);
            p = low;
            if p > LARGE {
                [p, flux, time, moment] = [p, flux, time, moment].map(|x| x / LARGE);
            }
        }
        let rate = flux / (time + flux * self.t_ref.value_unsafe);
        Ok(SteadyState { rate: hz(rate), mean_potential: Volt::new(moment / time) })
    }

    /// How the rate follows small sines added to μ: the complex gain at each frequency, as its real and imaginary part, Hz
    /// per V/s.
    ///
    /// # Errors
    /// As [`steady_state`](Self::steady_state).
    pub fn response(&self, mu: VoltPerSecond, sigma: Volt, frequencies: &[Hertz]) -> Result<Vec<[f64; 2]>> {
        let rate = self.steady_state(mu, sigma)?.rate.value_unsafe;
        let cells = self.cells(mu.value_unsafe, sigma.value_unsafe);
        let mut density = Vec::with_capacity(cells.len());
        let mut p = 0.0;
        for cell in &cells {
            let low = p * cell.kept + if cell.above_reset { rate * cell.gained } else { 0.0 };
            density.push(0.5 * (p + low));
            p = low;
        }
        let gain = |frequency: &Hertz| {
            // At zero both solutions keep their flux, and nothing tells them apart.
            let omega = std::f64::consts::TAU * frequency.value_unsafe.max(SLOWEST);
            self.gain(&cells, &density, omega)
        };
        Ok(frequencies.iter().map(gain).collect())
    }

    /// Two solutions: one that begins with a flux of one and none from μ, one that begins with none; together nothing flows
    /// out at the bottom.
    fn gain(&self, cells: &[Cell], density: &[f64], omega: f64) -> Complex {
        let (mut p, mut q) = ([[0.0; 2]; 2], [[1.0, 0.0], [0.0; 2]]);
        let mut above = true;
        for (cell, density) in cells.iter().zip(density) {
            if above && !cell.above_reset {
                let angle = omega * self.t_ref.value_unsafe;
                q[0] = [q[0][0] - Real::cos(angle), q[0][1] + Real::sin(angle)];
                above = false;
            }
            let driven = [0.0, *density];
            for k in 0..2 {
                // −dq/dV = iω p, first over half the cell with what is known.
                let middle = add_turned(q[k], p[k], 0.5 * omega * cell.width);
                let moved = [middle[0] - driven[k], middle[1]];
                let low = add(p[k].map(|part| part * cell.kept), moved, cell.gained);
                q[k] = add_turned(q[k], add(p[k], low, 1.0), 0.5 * omega * cell.width);
                p[k] = low;
            }
            if p[0][0].abs().max(p[0][1].abs()) > LARGE {
                (p[0], q[0]) = (p[0].map(|x| x / LARGE), q[0].map(|x| x / LARGE));
                (p[1], q[1]) = (p[1].map(|x| x / LARGE), q[1].map(|x| x / LARGE));
            }
        }
        ratio(q[1].map(|part| -part), q[0])
    }

    /// The time constant of the exponential that follows μ most like the rate does.
    ///
    /// Gains over that at zero frequency are compared from 0 to 1 kHz, least squares of the complex difference.
    ///
    /// # Errors
    /// As [`steady_state`](Self::steady_state).
    pub fn time_constant(&self, mu: VoltPerSecond, sigma: Volt) -> Result<Second> {
        // Evenly over the root of the frequency: the weight of each is proportional to the root.
        let roots: Vec<f64> = (0..=FREQUENCIES).map(|k| f64::from(k) / f64::from(FREQUENCIES)).collect();
        let frequencies: Vec<Hertz> = roots.iter().map(|root| hz(1000.0 * root * root)).collect();
        let gains = self.response(mu, sigma, &frequencies)?;
        let gains: Vec<Complex> = gains.iter().map(|gain| ratio(*gain, gains[0])).collect();
        let cost = |log_tau: f64| {
            let term = |(k, gain): (usize, &Complex)| {
                let turned = std::f64::consts::TAU * frequencies[k].value_unsafe * Real::exp(log_tau);
                let [real, imaginary] = add(*gain, ratio([1.0, 0.0], [1.0, turned]), -1.0);
                roots[k] * (real * real + imaginary * imaginary)
            };
            gains.iter().enumerate().map(term).sum::<f64>()
        };
        Ok(Second::new(Real::exp(lowest(cost, Real::ln(1e-5_f64), Real::ln(0.2_f64)))))
    }
}

/// Frequencies that a time constant is fitted to.
const FREQUENCIES: u32 = 120;

/// Where a function is lowest: the best of some places, then sections of its neighbourhood.
fn lowest(function: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    const PLACES: u32 = 60;
    let step = (high - low) / f64::from(PLACES);
    let places = (0..=PLACES).map(|k| low + step * f64::from(k));
    let best = places.min_by(|a, b| function(*a).total_cmp(&function(*b))).unwrap_or(low);
    let (mut low, mut high) = (best - step, best + step);
    for _ in 0..60 {
        let third = (high - low) / 3.0;
        if function(low + third) < function(high - third) { high -= third } else { low += third }
    }
    0.5 * (low + high)
}
