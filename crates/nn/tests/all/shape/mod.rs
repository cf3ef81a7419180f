mod flatten;
mod identity;
mod pad;
mod pixel;
mod unflatten;
mod upsample;
