"""The networks that a preset can name."""

from bntui.models.blog import BLOG_CNN
from bntui.models.layers import Model
from bntui.models.vgg import VGG, VGG_MINI

MODELS: dict[str, Model] = {
    "vgg-mini": VGG_MINI,
    "blog-cnn": BLOG_CNN,
    "vgg": VGG,
}
