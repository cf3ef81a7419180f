//! Several tensors made one.

use crate::kernels::movement;
use crate::number::Data;
use crate::shape::{Shape, count_or_panic, resolve_axis, strides};
use crate::tensor::Tensor;

impl<T: Data> Tensor<T> {
    /// Joins tensors along an axis; all other sizes must agree.
    ///
    /// # Panics
    /// At the caller's line, when there is nothing to join or the shapes do not fit.
    #[doc(alias = "cat")]
    #[track_caller]
    pub fn concat(parts: &[&Self], axis: isize) -> Self {
        let Some(first) = parts.first() else { panic!("concat: there is nothing to join") };
        let axis = resolve_axis("concat", axis, first.rank());
        let mut shape: Shape = first.shape().into();
        shape[axis] = 0;
        for part in parts {
            let fits = part.rank() == shape.len() && (0..shape.len()).all(|i| i == axis || part.shape()[i] == shape[i]);
            assert!(
                fits,
                "concat: shapes {:?} and {:?} do not join along axis {axis}: all other sizes must agree",
                first.shape(),
                part.shape()
            );
            // An empty part may have any size along the axis.
            shape[axis] = shape[axis].saturating_add(part.shape()[axis]);
        }
        count_or_panic("concat", &shape);
        let workspace = parts.iter().find_map(|p| p.workspace());
        Self::make(workspace, shape.clone(), |to| {
            let inner = strides(&shape)[axis];
            let mut start = 0;
            for part in parts {
                let size = part.shape()[axis] * inner;
                movement::place(part.data(), size, to, shape[axis] * inner, start);
                start += size;
            }
        })
    }

    /// Places tensors of one shape side by side along a new axis.
    ///
    /// # Panics
    /// At the caller's line, when there is nothing to join, the shapes differ, or the result has no such axis.
    #[track_caller]
    pub fn stack(parts: &[&Self], axis: isize) -> Self {
        let Some(first) = parts.first() else { panic!("stack: there is nothing to join") };
        let at = resolve_axis("stack", axis, first.rank() + 1);
        let mut wide = Vec::with_capacity(parts.len());
        for part in parts {
            assert!(
                part.shape() == first.shape(),
                "stack: shapes {:?} and {:?} differ: all must be equal (to join along an axis they have, use `concat`)",
                first.shape(),
                part.shape()
            );
            wide.push(part.unsqueeze(at as isize));
        }
        Self::concat(&wide.iter().collect::<Vec<_>>(), at as isize)
    }

    /// The coordinates of a grid from those of its axes: tensor k of the result varies along axis k, with the values of `axes[k]`
    /// (PyTorch's `indexing="ij"`).
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let grid = Tensor::meshgrid(&[&Tensor::from([1.0_f32, 2.0]), &Tensor::from([3.0, 4.0, 5.0])]);
    /// assert_eq!(grid[0].data(), [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]);
    /// assert_eq!(grid[1].data(), [3.0, 4.0, 5.0, 3.0, 4.0, 5.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when one is not a vector, or the grid has more points than can be counted.
    #[track_caller]
    pub fn meshgrid(axes: &[&Self]) -> Vec<Self> {
        let shape: Shape = axes.iter().map(|x| x.len()).collect();
        count_or_panic("meshgrid", &shape);
        let mut grid = Vec::with_capacity(axes.len());
        for (k, x) in axes.iter().enumerate() {
            assert!(
                x.rank() == 1,
                "meshgrid: the coordinates of axis {k} must be a vector, not of shape {:?}",
                x.shape()
            );
            let mut thin: Shape = smallvec::smallvec![1; axes.len()];
            thin[k] = x.len();
            grid.push(x.reshape(&thin).expand(&shape));
        }
        grid
    }
}
