//! QR codes of form addresses, for screens (PNG) and print (SVG): whole pixels per module and the four modules of white
//! that readers ask for. Pure: an address in, a picture out.

use std::fmt::Write;

use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode};

/// Side of the PNG, in pixels.
pub const SIDE: u32 = 480;
/// White around the code, in modules, as ISO/IEC 18004 asks.
const MARGIN: u32 = 4;

/// Why no code can be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("address too long for a QR code: {0}")]
    Address(#[from] QrError),
    #[error("PNG encoding: {0}")]
    Png(#[from] image::ImageError),
}

/// A 480 × 480 PNG, black on white.
///
/// # Errors
/// When `url` is longer than a QR code can hold (2,331 bytes).
pub fn png(url: &str) -> Result<Vec<u8>, Error> {
    let code = Modules::of(url)?;
    let scale = SIDE / (code.width + 2 * MARGIN);
    let edge = (SIDE - code.width * scale) / 2;
    let picture = image::GrayImage::from_fn(SIDE, SIDE, |x, y| {
        let module = |at: u32| at.checked_sub(edge).map(|inside| inside / scale);
        let dark = module(x).zip(module(y)).is_some_and(|(x, y)| code.is_dark(x, y));
        image::Luma([if dark { 0 } else { 255 }])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// An SVG document, one unit per module, that prints sharp at any size.
///
/// # Errors
/// When `url` is longer than a QR code can hold (2,331 bytes).
pub fn svg(url: &str) -> Result<String, Error> {
    let code = Modules::of(url)?;
    let side = code.width + 2 * MARGIN;
    let label = url.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" \
         aria-label=\"QR code : {label}\" shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{side}\" \
         fill=\"#fff\"/><path fill=\"#000\" d=\"{}\"/></svg>",
        code.path()
    ))
}

struct Modules {
    width: u32,
    dark: Vec<bool>,
}

impl Modules {
    /// The smallest code at level M, then the best correction that keeps that size.
    fn of(url: &str) -> Result<Self, QrError> {
        let smallest = QrCode::with_error_correction_level(url, EcLevel::M)?;
        let stronger = [EcLevel::H, EcLevel::Q].into_iter().find_map(|level| {
            QrCode::with_error_correction_level(url, level).ok().filter(|code| code.width() == smallest.width())
        });
        let code = stronger.unwrap_or(smallest);
        let width = u32::try_from(code.width()).map_err(|_| QrError::DataTooLong)?;
        Ok(Self { width, dark: code.into_colors().into_iter().map(|color| color == Color::Dark).collect() })
    }

    fn is_dark(&self, x: u32, y: u32) -> bool {
        x < self.width && self.dark.get((y * self.width + x) as usize).copied().unwrap_or(false)
    }

    /// One rectangle per horizontal run of dark modules.
    fn path(&self) -> String {
        let mut path = String::new();
        for y in 0..self.width {
            let mut x = 0;
            while x < self.width {
                let run = (x..self.width).take_while(|x| self.is_dark(*x, y)).count();
                if run > 0 {
                    // Writing to a string does not fail.
                    let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + MARGIN, y + MARGIN);
                }
                x += u32::try_from(run).unwrap_or(0) + 1;
            }
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://quotient-familial.numerique.gouv.fr/collectivites/21730132400018";

    fn read(width: usize, dark: impl Fn(usize, usize) -> bool) -> String {
        let mut picture =
            rqrr::PreparedImage::prepare_from_greyscale(width, width, |x, y| if dark(x, y) { 0 } else { 255 });
        let grids = picture.detect_grids();
        assert_eq!(grids.len(), 1, "one code in the picture");
        grids[0].decode().unwrap().1
    }

    #[test]
    fn the_png_reads_back() {
        let long = format!("{URL}?{}", "a=1&".repeat(80));
        for url in [URL, "http://127.0.0.1:8080/collectivites/21730132400018", &long] {
            let picture = image::load_from_memory(&png(url).unwrap()).unwrap().into_luma8();
            assert_eq!(picture.dimensions(), (480, 480));
            let dark = |x: usize, y: usize| picture.get_pixel(x as u32, y as u32).0[0] == 0;
            assert_eq!(read(480, dark), url);
        }
    }

    #[test]
    fn the_png_has_whole_pixels_and_four_modules_of_white() {
        let code = Modules::of(URL).unwrap();
        let scale = SIDE / (code.width + 8);
        let picture = image::load_from_memory(&png(URL).unwrap()).unwrap().into_luma8();
        let first = picture.enumerate_pixels().find(|(.., pixel)| pixel.0[0] == 0).unwrap();
        assert!(first.0 >= 4 * scale && first.0 == first.1, "{first:?}");
        let run = (first.0..SIDE).take_while(|x| picture.get_pixel(*x, first.1).0[0] == 0).count();
        assert_eq!(run as u32, 7 * scale, "the finder pattern is seven modules wide");
        assert!(picture.pixels().all(|pixel| matches!(pixel.0[0], 0 | 255)));
    }

    #[test]
    fn the_svg_reads_back() {
        let svg = svg(URL).unwrap();
        assert_eq!(svg.matches("<path").count(), 1);
        assert!(svg.contains("role=\"img\""));
        let side: usize = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        let mut dark = vec![false; side * side];
        let path = svg.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        for run in path.split('M').filter(|run| !run.is_empty()) {
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let length: usize = rest.split_once('v').unwrap().0.parse().unwrap();
            let start = y.parse::<usize>().unwrap() * side + x.parse::<usize>().unwrap();
            dark[start..start + length].fill(true);
        }
        let edge = |at: usize| at < 4 || at >= side - 4;
        assert!((0..side * side).all(|at| !(dark[at] && (edge(at % side) || edge(at / side)))));
        assert_eq!(read(side * 6, |x, y| dark[y / 6 * side + x / 6]), URL);
    }

    #[test]
    fn an_address_is_escaped_in_the_svg() {
        assert!(svg("https://exemple.fr/?a=1&b=\"<").unwrap().contains("?a=1&amp;b=&quot;&lt;\""));
        assert!(svg(&"a".repeat(3000)).is_err());
    }
}
