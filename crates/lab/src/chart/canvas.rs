//! A grid of characters.

/// A grid of characters, its origin at the upper left.
pub(crate) struct Canvas {
    rows: Vec<Vec<char>>,
}

impl Canvas {
    pub(crate) fn new(width: usize, height: usize) -> Canvas {
        Canvas { rows: vec![vec![' '; width]; height] }
    }

    fn size(&self) -> (usize, usize) {
        (self.rows.first().map_or(0, Vec::len), self.rows.len())
    }

    /// The column of a place from 0 to 1.
    pub(crate) fn column(&self, x: f64) -> usize {
        (x * (self.size().0 - 1) as f64).round() as usize
    }

    /// The row of a place from 0, at the bottom, to 1.
    pub(crate) fn row(&self, y: f64) -> usize {
        ((1.0 - y) * (self.size().1 - 1) as f64).round() as usize
    }

    pub(crate) fn set(&mut self, x: f64, y: f64, c: char) {
        let (column, row) = (self.column(x), self.row(y));
        self.rows[row][column] = c;
    }

    /// From one place to another, each from 0 to 1 or beside; a steep piece is a column of characters, not a gap.
    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), c: char) {
        let (width, height) = self.size();
        let steps = ((to.0 - from.0).abs() * width as f64).max((to.1 - from.1).abs() * height as f64).ceil();
        // A jump to far beside the picture has as many points as it is long; the picture is left behind much sooner.
        let steps = steps.clamp(1.0, 1e5) as usize;
        for i in 0..=steps {
            let t = i as f64 / steps as f64;
            let (x, y) = (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1));
            if (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y) {
                self.set(x, y, c);
            }
        }
    }

    /// A column from one height to another, whichever is the higher, where nothing else is.
    pub(crate) fn shade(&mut self, x: f64, low: f64, high: f64, c: char) {
        let (column, a, b) = (self.column(x), self.row(high.clamp(0.0, 1.0)), self.row(low.clamp(0.0, 1.0)));
        for row in &mut self.rows[a.min(b)..=a.max(b)] {
            if row[column] == ' ' {
                row[column] = c;
            }
        }
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        self.rows.iter().map(|row| row.iter().collect())
    }
}
