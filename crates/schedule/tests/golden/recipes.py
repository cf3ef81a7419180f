"""Writes recipes.txt: values of published schedules, from the formulas of their papers and repositories.

    python3 recipes.py > recipes.txt

Needs nothing but Python. Each recipe is a function of the step, written here as its source does it, in global time, and not as the
recipe's text does. A block is

    = epoch=100 total=9000 : recipe::resnet()
    steps 0 1 2 ...
    values 0.1 0.1 0.1 ...

where what stands before the colon is what the clock knows: steps in an epoch, tokens in a step, steps in the run.
"""

from bisect import bisect_right
from math import cos, pi, sqrt

BLOCKS = []


def recipe(text, steps, epoch=None, tokens=None, total=None):
    """Registers a function of the step t for a text, a clock and some steps."""

    def register(f):
        clock = dict(epoch=epoch, tokens=tokens, total=total)
        BLOCKS.append((" ".join(f"{k}={v}" for k, v in clock.items() if v is not None), text, f, steps))
        return f

    return register


def near(*seams):
    return sorted({s + k for s in seams for k in (-1, 0, 1) if s + k >= 0})


def steps_down(values, boundaries):
    return lambda t: values[bisect_right(boundaries, t)]


def half_cosine(a, b, p):
    return b + 0.5 * (a - b) * (1 + cos(pi * min(max(p, 0), 1)))


def line(a, b, p):
    p = min(max(p, 0), 1)
    return a + (b - a) * p


E = 100  # steps in an epoch

recipe("recipe::resnet()", near(0, 3000, 6000, 9000), epoch=E)(steps_down([0.1, 0.01, 0.001], [3000, 6000]))
recipe("recipe::resnet(peak=0.4)", [0, 3000, 6000], epoch=E)(steps_down([0.4, 0.04, 0.004], [3000, 6000]))
recipe("recipe::resnet_cifar()", near(0, 32000, 48000, 64000))(steps_down([0.1, 0.01, 0.001], [32000, 48000]))
recipe("recipe::resnet110_cifar()", near(0, 400, 32000, 48000))(
    steps_down([0.01, 0.1, 0.01, 0.001], [400, 32000, 48000])
)


@recipe("recipe::imagenet_in_an_hour()", near(0, 250, 500, 3000, 6000, 8000, 9000), epoch=E)
@recipe("recipe::goyal(batch=8192)", [0, 250, 500], epoch=E)
def imagenet_in_an_hour(t):
    peak = 0.1 * 8192 / 256
    if t < 5 * E:
        return 0.1 + (peak - 0.1) * t / (5 * E)
    return peak * 0.1 ** sum(t >= e * E for e in (30, 60, 80))


recipe("recipe::wide_resnet()", near(0, 6000, 12000, 16000, 20000), epoch=E)(
    lambda t: 0.1 * 0.2 ** sum(t >= e * E for e in (60, 120, 160))
)
recipe("recipe::densenet()", near(0, 15000, 22500, 30000), total=30000)(
    lambda t: 0.1 * 0.1 ** sum(t >= p * 30000 for p in (0.5, 0.75))
)
recipe("recipe::inception()", near(0, 200, 400, 2000), epoch=E)(lambda t: 0.045 * 0.94 ** (t // E // 2))
recipe("recipe::mobilenet_v2()", near(0, 100, 200, 30000), epoch=E)(lambda t: 0.045 * 0.98 ** (t // E))
recipe("recipe::efficientnet()", near(0, 240, 499, 500, 720, 960, 35000), epoch=E)(
    lambda t: 0.256 * t / 500 if t < 500 else 0.256 * 0.97 ** (t // 240)
)


@recipe("recipe::sgdr()", near(0, 500, 1000, 2000, 3000, 7000, 15000), epoch=E)
@recipe("recipe::sgdr(first=10ep, grow=2)", [500, 1000], epoch=E)
def sgdr(t):
    cycle = 10 * E
    while t >= cycle:
        t, cycle = t - cycle, 2 * cycle
    return 0.05 * 0.5 * (1 + cos(pi * t / cycle))


def triangle(t, half=2000):
    cycle = t // (2 * half)
    return cycle, max(0, 1 - abs(t / half - 2 * cycle - 1))


recipe("recipe::clr_triangular()", near(0, 1000, 2000, 4000, 6000, 8000))(lambda t: 0.001 + 0.005 * triangle(t)[1])
recipe("recipe::clr_triangular2()", near(0, 1000, 2000, 4000, 6000, 8000, 10000))(
    lambda t: 0.001 + 0.005 * triangle(t)[1] / 2 ** triangle(t)[0]
)
recipe("recipe::clr_exp_range()", near(0, 1000, 2000, 4000, 6000, 8000))(
    lambda t: 0.001 + 0.005 * triangle(t)[1] * 0.99994**t
)


def one_cycle(start, top, end, n):
    def at(t):
        p = t / n
        return half_cosine(start, top, p / 0.25) if p < 0.25 else half_cosine(top, end, (p - 0.25) / 0.75)

    return at


recipe("recipe::one_cycle()", near(0, 125, 250, 600, 1000), total=1000)(one_cycle(1e-3 / 25, 1e-3, 1e-3 / 1e5, 1000))
recipe("recipe::one_cycle_momentum()", near(0, 125, 250, 600, 1000), total=1000)(one_cycle(0.95, 0.85, 0.95, 1000))


@recipe("recipe::ulmfit()", near(0, 50, 100, 500, 1000), total=1000)
@recipe("recipe::slanted_triangular(peak=0.01, ratio=32)", [0, 100, 1000], total=1000)
def ulmfit(t, n=1000, cut_frac=0.1, ratio=32, peak=0.01):
    cut = int(n * cut_frac)
    p = t / cut if t < cut else max(0, 1 - (t - cut) / (n - cut))
    return peak * (1 + p * (ratio - 1)) / ratio


def noam(d, w):
    return lambda t: d**-0.5 * min((t + 1) ** -0.5, (t + 1) * w**-1.5)


recipe("recipe::noam()", near(0, 2000, 3999, 4000, 16000, 100000))(noam(512, 4000))
recipe("recipe::noam(d_model=1024, warmup=10)", near(0, 9, 10, 40))(noam(1024, 10))
recipe("recipe::bert()", near(0, 5000, 10000, 500000, 1000000))(
    lambda t: 1e-4 * t / 10000 if t < 10000 else 1e-4 * max(0, 1 - t / 1000000)
)


def warmup_linear(peak, w, n):
    return lambda t: peak * t / w if t < w else peak * max(0, (n - t) / (n - w))


recipe("recipe::roberta()", near(0, 12000, 24000, 262000, 500000))(warmup_linear(6e-4, 24000, 500000))
recipe("recipe::roberta_large()", near(0, 15000, 30000, 265000, 500000))(warmup_linear(4e-4, 30000, 500000))
recipe("recipe::t5()", near(0, 5000, 10000, 40000, 1000000))(lambda t: 1 / sqrt(max(t, 10000)))
recipe("recipe::t5_finetune()", [0, 1, 1000, 262144])(lambda t: 1e-3)
recipe("recipe::palm()", near(0, 10000, 40000, 255000))(lambda t: 1e-2 if t < 10000 else 1 / sqrt(t))


def gpt3(t, peak, step=1e6):
    n = t * step
    if n < 375e6:
        return peak * n / 375e6
    return half_cosine(peak, 0.1 * peak, (n - 375e6) / (260e9 - 375e6))


recipe("recipe::gpt3()", near(0, 200, 375, 130000, 260000, 300000), tokens=1000000)(lambda t: gpt3(t, 6e-5))
recipe("recipe::gpt3(peak=6e-4)", near(375, 260000), tokens=1000000)(lambda t: gpt3(t, 6e-4))
recipe("recipe::gpt3_batch()", near(0, 6000, 12000, 300000), tokens=1000000)(lambda t: line(32000, 3200000, t / 12000))


def warmup_cosine(start, peak, end, w, n):
    return lambda t: start + (peak - start) * t / w if t < w else half_cosine(peak, end, (t - w) / (n - w))


recipe("recipe::gopher()", near(0, 750, 1500, 50000, 100000), total=100000)(warmup_cosine(1e-7, 4e-5, 4e-6, 1500, 100000))
recipe("recipe::chinchilla()", near(0, 750, 1500, 50000, 100000), total=100000)(
    warmup_cosine(1e-7, 1e-4, 1e-5, 1500, 100000)
)
recipe("recipe::llama()", near(0, 1000, 2000, 250000, 500000), total=500000)(warmup_cosine(0, 3e-4, 3e-5, 2000, 500000))
recipe("recipe::llama2(peak=1.5e-4)", near(2000, 500000), total=500000)(warmup_cosine(0, 1.5e-4, 1.5e-5, 2000, 500000))


@recipe("recipe::llama3()", near(0, 4000, 8000, 608000, 1208000, 1208010, 1208020, 1208030), tokens=2000000)
def llama3(t):
    if t < 1208000:
        return warmup_cosine(0, 8e-5, 8e-7, 8000, 1208000)(t)
    return 8e-7 * max(0, 1 - (t - 1208000) * 2e6 / 40e6)


recipe("recipe::llama3_batch()", near(0, 252, 2870000, 5000000), tokens=1000000)(
    lambda t: 4e6 if t < 252 else 8e6 if t < 2870000 else 16e6
)


def drops(peak, w, factors, n):
    return lambda t: peak * t / w if t < w else peak * factors[(t >= 0.8 * n) + (t >= 0.9 * n)]


recipe("recipe::deepseek_llm()", near(0, 1000, 2000, 80000, 90000, 100000), total=100000)(
    drops(4.2e-4, 2000, [1, 0.316, 0.1], 100000)
)
recipe("recipe::deepseek_v2_lite()", near(0, 1000, 2000, 80000, 90000, 100000), total=100000)(
    drops(4.2e-4, 2000, [1, 0.316, 0.316**2], 100000)
)


@recipe(
    "recipe::deepseek_v3()",
    near(0, 1000, 2000, 1000000, 1215000, 1430000, 1463300, 1480000),
    tokens=10000000,
)
def deepseek_v3(t):
    n = t * 10  # million tokens
    if t < 2000:
        return 2.2e-4 * t / 2000
    if n < 10e6:
        return 2.2e-4
    if n < 14.3e6:
        return half_cosine(2.2e-4, 2.2e-5, (n - 10e6) / 4.3e6)
    return 2.2e-5 if n < 14.633e6 else 7.3e-6


recipe("recipe::deepseek_v3_batch()", near(0, 234500, 469000, 1000000), tokens=1000000)(
    lambda t: line(3072, 15360, t / 469000)
)


def wsd(peak, w, start, decay):
    return lambda t: peak * t / w if t < w else peak if t < start else decay(t - start)


recipe("recipe::wsd()", near(0, 500, 1000, 90000, 95000, 99999), total=100000)(
    wsd(0.01, 1000, 90000, lambda s: 0.01 * 0.5 ** (s / 5000))
)
recipe("recipe::wsd_s()", near(0, 500, 1000, 90000, 95000, 100000), total=100000)(
    wsd(1e-3, 1000, 90000, lambda s: 1e-3 / (10 * min(s, 10000) / 10000 + 1 - min(s, 10000) / 10000))
)
recipe("recipe::cooldown_1_sqrt()", near(0, 150, 300, 8000, 9000, 10000), total=10000)(
    wsd(1e-3, 300, 8000, lambda s: 1e-3 * (1 - sqrt(min(s, 2000) / 2000)))
)


@recipe("recipe::kimi_k2()", near(0, 250, 500, 1000000, 1275000, 1550000, 1570000, 1590000), tokens=10000000)
def kimi_k2(t):
    n = t * 10  # million tokens
    if t < 500:
        return 2e-4 * t / 500
    if n < 10e6:
        return 2e-4
    if n < 15.5e6:
        return half_cosine(2e-4, 2e-5, (n - 10e6) / 5.5e6)
    return line(2e-5, 7e-6, (n - 15.5e6) / 0.4e6)


recipe("recipe::pythia()", near(0, 700, 1430, 70000, 143000), total=143000)(
    warmup_cosine(0, 2.5e-4, 2.5e-5, 1430, 143000)
)
recipe("recipe::nanogpt()", near(0, 1000, 2000, 300000, 600000))(
    lambda t: 6e-4 * (t + 1) / 2001 if t < 2000 else half_cosine(6e-4, 6e-5, (t - 2000) / 598000)
)
recipe("recipe::vit()", near(0, 5000, 10000, 150000, 300000), total=300000)(
    lambda t: 1e-3 * half_cosine(1, 0, (t - 10000) / 290000) * min(1, t / 10000)
)


@recipe("recipe::deit()", near(0, 100, 400, 500, 600, 15000, 29900, 30000), epoch=E)
def deit(t):
    e, peak = t // E, 5e-4 * 1024 / 512
    return 1e-6 + (peak - 1e-6) * e / 5 if e < 5 else half_cosine(peak, 1e-5, e / 300)


recipe("recipe::swin()", near(0, 1000, 2000, 15000, 30000), epoch=E)(warmup_cosine(5e-7, 1e-3, 5e-6, 2000, 30000))


def linspace_cosine(peak, end, w, n):
    return lambda t: peak * t / (w - 1) if t < w else half_cosine(peak, end, (t - w) / (n - w))


recipe("recipe::convnext()", near(0, 1000, 2000, 15000, 30000), epoch=E)(linspace_cosine(4e-3, 1e-6, 2000, 30000))
recipe("recipe::mae()", near(0, 2000, 4000, 40000, 80000), epoch=E)(warmup_cosine(0, 1.5e-4 * 4096 / 256, 0, 4000, 80000))
recipe("recipe::dino()", near(0, 500, 1000, 5000, 10000), epoch=E)(linspace_cosine(5e-4 * 1024 / 256, 1e-6, 1000, 10000))
recipe("recipe::dino(epochs=300ep, batch=512)", near(999, 15000, 30000), epoch=E)(
    linspace_cosine(5e-4 * 512 / 256, 1e-6, 1000, 30000)
)
recipe("recipe::dino_weight_decay()", near(0, 2500, 5000, 10000), epoch=E)(lambda t: half_cosine(0.04, 0.4, t / 10000))
recipe("recipe::dino_ema()", near(0, 2500, 5000, 10000), epoch=E)(lambda t: half_cosine(0.996, 1, t / 10000))
recipe("recipe::dino_temperature()", near(0, 100, 1500, 2900, 3000), epoch=E)(
    lambda t: 0.04 + 0.03 * min(t // E, 29) / 29
)
recipe("recipe::modded_nanogpt()", near(0, 3650, 4000, 5100))(lambda t: 0.0018 * min(1, max(0, 5100 - t) / 1450))


@recipe("recipe::modded_nanogpt_stages()", near(0, 333, 400, 500, 667, 999, 1000), total=1000)
def modded_nanogpt_stages(t):
    x = t / 1000
    top = 1.0 if 3 * t < 1000 else 1.52 if 3 * t < 2000 else 1.73
    w = min(1, max(0, 1 - x) / 0.6)
    return top * w + (1 - w) * 0.15


recipe("recipe::modded_nanogpt_momentum()", near(0, 150, 300, 950, 975, 1000), total=1000)(
    lambda t: line(0.85, 0.95, t / 300) if t < 950 else line(0.95, 0.85, (t - 950) / 50)
)


@recipe("recipe::detectron2_1x()", near(0, 500, 1000, 60000, 80000, 90000))
def detectron2(t):
    warm = 1 if t >= 1000 else 0.001 * (1 - t / 1000) + t / 1000
    return 0.02 * warm * 0.1 ** sum(t >= m for m in (60000, 80000))


recipe("recipe::deeplab()", near(0, 10000, 20000, 30000), total=30000)(lambda t: 7e-3 * max(0, 1 - t / 30000) ** 0.9)
recipe("recipe::poly(peak=0.01)", [0, 15000, 30000], total=30000)(lambda t: 1e-2 * max(0, 1 - t / 30000) ** 0.9)


def yolov5_epoch(t):
    return 0.01 * ((1 - min(t // E, 300) / 300) * (1 - 0.01) + 0.01)


recipe("recipe::yolov5()", near(0, 100, 150, 300, 15000, 30000), epoch=E)(lambda t: line(0, yolov5_epoch(t), t / 300))
recipe("recipe::yolov5_bias()", near(0, 100, 150, 300, 15000, 30000), epoch=E)(
    lambda t: line(0.1, yolov5_epoch(t), t / 300)
)
recipe("recipe::yolov5_momentum()", near(0, 150, 300, 30000), epoch=E)(lambda t: line(0.8, 0.937, t / 300))
recipe("recipe::ppo_atari()", near(0, 2500, 5000, 9765), total=9765)(lambda t: 2.5e-4 * max(0, 1 - t / 9765))
recipe("recipe::stable_diffusion()", near(0, 5000, 10000, 500000))(
    lambda t: 1e-4 * ((1 - 1e-6) / 10000 * t + 1e-6 if t < 10000 else 1)
)
recipe("recipe::clip()", near(0, 1000, 2000, 200000, 400000), total=400000)(warmup_cosine(0, 5e-4, 0, 2000, 400000))
recipe("recipe::schedule_free()", near(0, 5000, 9999, 10000, 20000))(lambda t: 2.5e-3 * min(1, (t + 1) / 10000))
recipe("recipe::schedule_free_weight()", near(0, 5000, 9999, 10000, 20000))(
    lambda t: (2.5e-3 * min(1, (t + 1) / 10000)) ** 2
)


@recipe("recipe::power_law()", near(0, 500, 1000, 50000, 90000, 95000, 100000), tokens=500000, total=100000)
def power_law(t):
    def power(n):  # of one token more than the paper's, which has no value at 0
        return min(0.02, 128 * 4.6 * (n + 1) ** -0.51)

    if t < 1000:
        return power(1000 * 500000) * t / 1000
    if t < 90000:
        return power(t * 500000)
    return power(90000 * 500000) * 0.01 ** (min(t - 90000, 10000) / 10000)


for clock, text, f, steps in BLOCKS:
    print("=", clock, ":", text)
    print("steps", *steps)
    print("values", *(repr(float(f(t))) for t in steps))
    print()
