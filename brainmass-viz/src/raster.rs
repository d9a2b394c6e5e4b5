//! Pixels: an SVG as PNG, a matrix of colours as PNG.

use brainmass_core::units::Unit;
use brainmass_core::{Error, Result, check};
use resvg::tiny_skia::{Color, ColorU8, Pixmap, Transform};
use resvg::usvg;

use crate::font;

/// The longest side of a picture. Some viewers stop at 16 bits.
const LONGEST: f64 = 32_000.0;

/// An SVG of ours as PNG, `scale` pixels for each of its units.
pub(crate) fn render(svg: &str, scale: f64) -> Result<Vec<u8>> {
    if !(scale.is_finite() && scale > 0.0) {
        let requirement = "above zero and finite";
        return Err(check::out_of_range("scale of a picture", scale, Unit::DIMENSIONLESS, requirement));
    }
    let mut options = usvg::Options { font_family: font::FAMILY.to_owned(), ..usvg::Options::default() };
    options.fontdb_mut().load_font_data(font::BYTES.to_vec());
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| unfit(error.to_string()))?;
    let size = tree.size();
    let pixels = |side: f32| side_in_pixels(f64::from(side) * scale);
    let mut pixmap = Pixmap::new(pixels(size.width())?, pixels(size.height())?).ok_or_else(too_large)?;
    // The last row and column may be covered in part only.
    pixmap.fill(Color::WHITE);
    #[expect(clippy::cast_possible_truncation, reason = "a factor, no more than a few hundred")]
    let transform = Transform::from_scale(scale as f32, scale as f32);
    resvg::render(&tree, transform, &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| unfit(error.to_string()))
}

/// A PNG of `rows` × `columns` blocks of one colour each.
///
/// Blocks are several pixels wide, so that a viewer that smooths pictures leaves them sharp.
pub(crate) fn blocks(
    rows: usize,
    columns: usize,
    colour: impl Fn(usize, usize) -> colorous::Color,
) -> Result<Vec<u8>> {
    const SHARP: usize = 800;
    let (high, wide) = (SHARP.div_ceil(rows.max(1)), SHARP.div_ceil(columns.max(1)));
    let width = side_in_pixels((columns * wide) as f64)?;
    let height = side_in_pixels((rows * high) as f64)?;
    let mut pixmap = Pixmap::new(width, height).ok_or_else(too_large)?;
    for (y, line) in pixmap.pixels_mut().chunks_exact_mut(columns * wide).enumerate() {
        for (column, block) in line.chunks_exact_mut(wide).enumerate() {
            let colorous::Color { r, g, b } = colour(y / high, column);
            block.fill(ColorU8::from_rgba(r, g, b, u8::MAX).premultiply());
        }
    }
    pixmap.encode_png().map_err(|error| unfit(error.to_string()))
}

fn side_in_pixels(side: f64) -> Result<u32> {
    check::between("side of a picture in pixels", side.round(), 1.0, LONGEST)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    Ok(side.round() as u32)
}

fn unfit(problem: String) -> Error {
    Error::setting("picture", problem)
}

fn too_large() -> Error {
    unfit("too large for the memory of this machine".to_owned())
}
