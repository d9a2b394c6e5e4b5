//! The integral of a kernel.

/// Nodes and weights of Gauss and Legendre with five points, on −1 to 1: exact for polynomials of degree nine.
const NODES: [(f64, f64); 5] = [
    (0.0, 0.568_888_888_888_888_9),
    (-0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
    (0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
    (-0.906_179_845_938_664, 0.236_926_885_056_189_1),
    (0.906_179_845_938_664, 0.236_926_885_056_189_1),
];

/// The panels: kernels are smooth over a quarter of a second, so that ten digits and more are right.
const PANEL: f64 = 0.25;

/// ∫₀ᵗ h for a function of time in seconds that is followed for a duration and is zero after it.
#[derive(Clone, Debug)]
pub(super) struct Integral<F> {
    function: F,
    duration: f64,
    /// Up to the beginning of each panel.
    begins: Vec<f64>,
}

impl<F: Fn(f64) -> f64> Integral<F> {
    pub(super) fn new(function: F, duration: f64) -> Self {
        let (mut begins, mut sum) = (vec![0.0], 0.0);
        while (begins.len() as f64) * PANEL < duration {
            let begin = (begins.len() - 1) as f64 * PANEL;
            sum += panel(&function, begin, begin + PANEL);
            begins.push(sum);
        }
        Self { function, duration, begins }
    }

    /// The function itself, zero outside its duration.
    pub(super) fn value(&self, time: f64) -> f64 {
        if (0.0..=self.duration).contains(&time) { (self.function)(time) } else { 0.0 }
    }

    /// From zero to a time.
    pub(super) fn upto(&self, time: f64) -> f64 {
        let time = time.clamp(0.0, self.duration);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "below the number of panels"
        )]
        let index = ((time / PANEL) as usize).min(self.begins.len() - 1);
        self.begins[index] + panel(&self.function, index as f64 * PANEL, time)
    }
}

/// ∫₀ᵗ of a function that is smooth over a quarter of a second.
pub(crate) fn integrate(function: impl Fn(f64) -> f64, time: f64) -> f64 {
    Integral::new(function, time).upto(time)
}

fn panel(function: impl Fn(f64) -> f64, begin: f64, end: f64) -> f64 {
    let (middle, half) = (0.5 * (begin + end), 0.5 * (end - begin));
    NODES.iter().map(|(node, weight)| weight * function(middle + half * node)).sum::<f64>() * half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integral_is_its_closed_form() {
        let integral = Integral::new(|t: f64| t * (-t).exp(), 20.0);
        for time in [0.0, 0.1, 0.25, 3.7, 19.99, 20.0, 30.0] {
            let t = f64::min(time, 20.0);
            approx::assert_abs_diff_eq!(integral.upto(time), 1.0 - (1.0 + t) * (-t).exp(), epsilon = 1e-14);
        }
        assert_eq!((integral.upto(-1.0), integral.value(-1.0), integral.value(20.1)), (0.0, 0.0, 0.0));
    }
}
