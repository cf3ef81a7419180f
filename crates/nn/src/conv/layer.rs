//! What convolutions and their transposes have in common as layers.

/// Defines a layer around an operation of the engine, from options with `weight_shape`, `sizes`, `misfit` and `lay`.
macro_rules! convolution {
    ($(#[$doc:meta])* $name:ident over $axes:tt axes: $operation:ident, $options:ident, weight $layout:literal, $more:tt) => {
        $(#[$doc])*
        #[derive(Module, Debug, Clone)]
        pub struct $name<T: Float = f32> {
            #[doc = concat!("`", $layout, "`.")]
            pub weight: Param<T>,
            /// `[outputs]`, or none.
            pub bias: Option<Param<T>>,
            #[module(skip)]
            options: $options<$axes>,
        }

        impl<T: Float> $name<T> {
            /// Random weights and biases, PyTorch's default: uniform on `[-b, b)` with `b = 1/sqrt(fan_in)`, where `fan_in` is the
            /// product of all sizes of the weight but the first; the weight is drawn first.
            ///
            /// # Panics
            /// At the caller's line, when a size of the kernel is 0.
            #[track_caller]
            pub fn new(
                inputs: usize,
                outputs: usize,
                kernel: impl PerAxis<$axes>,
                rng: &mut impl Generator,
            ) -> Self {
                Self::grouped(inputs, outputs, kernel, 1, rng)
            }

            /// The same without a bias.
            ///
            /// # Panics
            /// As [`new`](Self::new).
            #[track_caller]
            pub fn without_bias(
                inputs: usize,
                outputs: usize,
                kernel: impl PerAxis<$axes>,
                rng: &mut impl Generator,
            ) -> Self {
                Self::grouped_without_bias(inputs, outputs, kernel, 1, rng)
            }

            /// Channels in so many groups, of which each is convolved alone. As many as there are inputs: depthwise.
            ///
            /// # Panics
            /// At the caller's line, unless `groups` divides inputs and outputs, and when a size of the kernel is 0.
            #[track_caller]
            pub fn grouped(
                inputs: usize,
                outputs: usize,
                kernel: impl PerAxis<$axes>,
                groups: usize,
                rng: &mut impl Generator,
            ) -> Self {
                let layer = Self::grouped_without_bias(inputs, outputs, kernel, groups, rng);
                let bias = init::default_bias(outputs, layer.weight.value.shape(), rng);
                $name { bias: Some(bias), ..layer }
            }

            /// [`grouped`](Self::grouped) without a bias.
            ///
            /// # Panics
            /// As [`grouped`](Self::grouped).
            #[track_caller]
            pub fn grouped_without_bias(
                inputs: usize,
                outputs: usize,
                kernel: impl PerAxis<$axes>,
                groups: usize,
                rng: &mut impl Generator,
            ) -> Self {
                let kernel = positive(stringify!($name), "kernel", kernel.per_axis());
                assert!(
                    groups > 0 && inputs.is_multiple_of(groups) && outputs.is_multiple_of(groups),
                    "{}: {groups} groups must be at least 1 and divide {inputs} inputs and {outputs} outputs",
                    stringify!($name)
                );
                let options = $options::new(groups);
                let weight = init::default_weight(&options.weight_shape(inputs, outputs, kernel), rng);
                $name { weight, bias: None, options }
            }

            /// Places from one window to the next; 1 if it is not set.
            ///
            /// # Panics
            /// At the caller's line, when it is 0.
            #[track_caller]
            #[must_use]
            pub fn stride(mut self, stride: impl PerAxis<$axes>) -> Self {
                self.options.stride = positive(stringify!($name), "stride", stride.per_axis());
                self
            }

            /// Places from one value of a window to the next; 1 if it is not set.
            ///
            /// # Panics
            /// At the caller's line, when it is 0.
            #[track_caller]
            #[must_use]
            pub fn dilation(mut self, dilation: impl PerAxis<$axes>) -> Self {
                self.options.dilation = positive(stringify!($name), "dilation", dilation.per_axis());
                self
            }

            convolution!(@inner $more);

            #[track_caller]
            fn compute<'t>(&self, x: Var<'t, T>, options: &$options<$axes>) -> Var<'t, T> {
                let shape = x.shape();
                if let Some(why) = self.misfit_with(&shape, options) {
                    panic!("{}", Misfit::of(self, x, why));
                }
                let (layer, tape) = (enter(self, x), x.tape());
                let weight = tape.param(&self.weight);
                let bias = match &self.bias {
                    Some(bias) => Some(tape.param(bias)),
                    None => None,
                };
                let alone = shape.len() == $axes + 1;
                let x = if alone { x.unsqueeze(0) } else { x };
                let (x, options) = options.lay(x, &weight.shape()[2..]);
                let y = x.$operation(weight, bias, options);
                layer.leave(if alone { y.squeeze(0) } else { y })
            }

            fn misfit_with(&self, shape: &[usize], options: &$options<$axes>) -> Option<String> {
                let bias = self.bias.as_ref().map(|bias| bias.value.shape());
                let why = match options.sizes(self.weight.value.shape()) {
                    None => format!("a weight has shape {}; this one was replaced by another", $layout),
                    Some((_, outputs, _)) if bias.is_some_and(|bias| *bias != [outputs]) => {
                        format!("a bias has shape [{outputs}]; this one was replaced by another")
                    }
                    Some((inputs, _, kernel)) => {
                        let why = axes::misfit::<$axes>(inputs, shape)
                            .or_else(|| options.misfit(&kernel, &shape[shape.len() - $axes..]))?;
                        format!("input of shape {shape:?} does not fit: {why}")
                    }
                };
                Some(format!("{self}: {why}"))
            }
        }

        impl<T: Float> Layer<T> for $name<T> {
            #[track_caller]
            fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
                self.compute(x, &self.options)
            }

            fn kind(&self) -> String {
                self.to_string()
            }

            fn misfit(&self, shape: &[usize]) -> Option<String> {
                self.misfit_with(shape, &self.options)
            }
        }

        #[doc = concat!("Kind, channels and options, as messages name the layer: `", stringify!($name), "(1 -> 32, kernel ..)`.")]
        impl<T: Float> fmt::Display for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let shape = self.weight.value.shape();
                let Some((inputs, outputs, kernel)) = self.options.sizes(shape) else {
                    return write!(f, "{}(weight {shape:?})", stringify!($name));
                };
                write!(f, "{}({inputs} -> {outputs}, kernel {}{})", stringify!($name), Sizes(&kernel), self.options)
            }
        }
    };
    (@inner { $($more:tt)* }) => { $($more)* };
}
pub(super) use convolution;
