"""The networks that a preset can name."""

from bntui.models.blog import BLOG_CNN
from bntui.models.convex_relu import CONVEX_RELU
from bntui.models.dln import DLN
from bntui.models.layers import Model
from bntui.models.linear import LINEAR
from bntui.models.mlp import RELU_MLP, SIGMOID_MLP
from bntui.models.resnet import RESNET, RESNET_MINI
from bntui.models.vgg import VGG, VGG_MINI

MODELS: dict[str, Model] = {
    "vgg-mini": VGG_MINI,
    "blog-cnn": BLOG_CNN,
    "sigmoid-mlp": SIGMOID_MLP,
    "relu-mlp": RELU_MLP,
    "vgg": VGG,
    "dln": DLN,
    "convex-relu": CONVEX_RELU,
    "resnet": RESNET,
    "resnet-mini": RESNET_MINI,
    "linear": LINEAR,
}
