//! Links: from sums without bounds to the values of parameters.

use brainmass_core::{Error, Result, check};

use crate::Transform;

/// What turns a sum η into a value, which then keeps its sign or its bounds whatever the sum.
///
/// ```text
/// identity   v = η
/// log        v = v₀ e^η                             of the sign of v₀
/// logit      v = low + (high − low)/(1 + e^−η)      between low and high
/// softplus   v = low + (scale − low) ln(1 + e^η)    above low, or below it if scale is
/// ```
///
/// These are the curves of [`Transform`], which has them for the axes of an optimizer. The statistician's link is the way back,
/// from a value to a sum.
///
/// ```
/// use brainmass_fit::Link;
/// // What must stay below zero: a distance from a bifurcation.
/// let link = Link::log(-0.5)?;
/// assert_eq!(link.value(0.0), -0.5);
/// assert!((link.value(1.0) + 0.5 * 1.0_f64.exp()).abs() < 1e-15);
/// assert!((link.sum(-1.0)? - 2.0_f64.ln()).abs() < 1e-15);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "link function")]
#[doc(alias = "generalized linear model")]
pub struct Link {
    transform: Transform,
    low: f64,
    high: f64,
}

impl Default for Link {
    /// The value is the sum.
    fn default() -> Self {
        Self { transform: Transform::Linear, low: 0.0, high: 1.0 }
    }
}

impl Link {
    /// Factors: values of one sign, and what the value is where the sum is zero.
    ///
    /// # Errors
    /// [`Error::Setting`] for zero, [`Error::OutOfRange`] unless it is finite.
    pub fn log(at_zero: f64) -> Result<Self> {
        check::between("value of a log link", at_zero, f64::MIN, f64::MAX)?;
        if at_zero == 0.0 {
            return Err(Error::setting(
                "log link",
                "multiplies, and zero stays zero: begin at another value",
            ));
        }
        Ok(Self { transform: Transform::Log, low: at_zero, high: at_zero * std::f64::consts::E })
    }

    /// Values between bounds.
    ///
    /// # Errors
    /// [`Error::Setting`] unless low < high, both finite.
    pub fn logit(low: f64, high: f64) -> Result<Self> {
        if !(low < high && low.is_finite() && high.is_finite()) {
            let problem = format!("the bounds {low} and {high} do not enclose a range");
            return Err(Error::setting("logit link", problem));
        }
        Ok(Self { transform: Transform::Logit, low, high })
    }

    /// Values above one that is never reached, or below it if `scale` is; `scale − low` is how far a sum of one moves a large value.
    ///
    /// # Errors
    /// [`Error::Setting`] unless the two differ and are finite.
    pub fn softplus(low: f64, scale: f64) -> Result<Self> {
        if !((scale - low).is_finite() && scale != low) {
            let problem = format!("{low} and {scale} say no direction");
            return Err(Error::setting("softplus link", problem));
        }
        Ok(Self { transform: Transform::Softplus, low, high: scale })
    }

    /// The value of a sum.
    pub fn value(self, sum: f64) -> f64 {
        self.transform.value(sum, self.low, self.high)
    }

    /// The derivative of the value by the sum.
    pub fn slope(self, sum: f64) -> f64 {
        self.transform.slope(sum, self.low, self.high)
    }

    /// The sum that has a value.
    ///
    /// # Errors
    /// [`Error::Setting`] for a value that no sum has.
    pub fn sum(self, value: f64) -> Result<f64> {
        let sum = self.transform.coordinate(value, self.low, self.high);
        if sum.is_finite() {
            return Ok(sum);
        }
        let what = format!("{} link", self.transform.name());
        let of = match self.transform {
            Transform::Logit => format!("lie between {} and {}, and reach neither", self.low, self.high),
            Transform::Softplus if self.high < self.low => format!("lie below {}", self.low),
            Transform::Softplus => format!("lie above {}", self.low),
            Transform::Log => format!("have the sign of {}", self.low),
            Transform::Linear => "are finite".to_owned(),
        };
        Err(Error::setting(what, format!("its values {of}; {value} does not")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> [Link; 7] {
        let each = [
            Ok(Link::default()),
            Link::log(3.0),
            Link::log(-0.5),
            Link::logit(-5.0, -0.025),
            Link::logit(0.1, 15.0),
            Link::softplus(0.0, 0.02),
            Link::softplus(-0.025, -0.5),
        ];
        each.map(|link| link.unwrap())
    }

    /// By hand, at a sum of ln 3: 3 e^η = 9, a logistic function of 3/4, ln 4.
    #[test]
    fn links_are_what_they_say() {
        let sum = 3.0_f64.ln();
        let expected = [sum, 9.0, -1.5, -1.26875, 11.275, 0.02 * 4.0_f64.ln(), -0.025 - 0.475 * 4.0_f64.ln()];
        for (link, expected) in all().into_iter().zip(expected) {
            approx::assert_relative_eq!(link.value(sum), expected, max_relative = 1e-14);
        }
    }

    #[test]
    fn sums_come_back_and_slopes_are_those_of_differences() {
        for link in all() {
            for sum in [-2.5, -0.3, 0.0, 0.7, 3.0] {
                let back = link.sum(link.value(sum)).unwrap();
                assert!((back - sum).abs() < 1e-13, "{link:?} {sum} {back}");
                // A central difference: h²/6 of the third derivative, and rounding of 1e-16/h.
                let h = 1e-5;
                let slope = (link.value(sum + h) - link.value(sum - h)) / (2.0 * h);
                approx::assert_relative_eq!(link.slope(sum), slope, max_relative = 1e-8);
            }
        }
    }

    /// Far from zero, where sums that are not linked have long lost their sign.
    #[test]
    fn values_keep_their_sign_and_bounds() {
        for sum in [-700.0, -30.0, 30.0, 700.0] {
            let [_, positive, negative, below, between, above, under] = all().map(|link| link.value(sum));
            assert!(positive > 0.0 && negative < 0.0, "{sum}");
            assert!((-5.0..=-0.025).contains(&below) && (0.1..=15.0).contains(&between), "{sum}");
            assert!(above > 0.0 && under <= -0.025, "{sum}");
        }
    }

    #[test]
    fn what_is_no_link_is_refused() {
        let message = |link: Result<Link>| link.unwrap_err().to_string();
        assert!(message(Link::log(0.0)).contains("zero stays zero"));
        assert!(message(Link::log(f64::NAN)).contains("value of a log link"));
        assert!(message(Link::logit(1.0, 1.0)).contains("the bounds 1 and 1"));
        assert!(message(Link::logit(f64::NEG_INFINITY, 1.0)).contains("do not enclose"));
        assert!(message(Link::softplus(2.0, 2.0)).contains("no direction"));
        let no_sum =
            |link: Result<Link>, value: f64| link.and_then(|link| link.sum(value)).unwrap_err().to_string();
        assert_eq!(
            no_sum(Link::logit(0.0, 1.0), 1.0),
            "logit link: its values lie between 0 and 1, and reach neither; 1 does not"
        );
        assert!(no_sum(Link::log(2.0), -1.0).contains("have the sign of 2"));
        assert!(no_sum(Link::softplus(0.0, 1.0), -1.0).contains("lie above 0"));
        assert!(no_sum(Link::softplus(0.0, -1.0), 1.0).contains("lie below 0"));
    }
}
