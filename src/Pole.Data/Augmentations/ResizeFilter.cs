namespace Pole.Data.Augmentations;

/// <summary>How an augmentation resizes images, and to which size.</summary>
public enum ResizeFilter
{
    /// <summary>Pillow's, antialiased, on bytes; sides times the factor, rounded half to even (CVI-SZU/CLIMS and jiwoon-ahn/irn, misc/imutils.py, pil_rescale).</summary>
    Bicubic,

    /// <summary>OpenCV's INTER_LINEAR, without antialiasing, on float pixels; sides times the factor, rounded down (kazuto1011/deeplab-pytorch, libs/datasets/base.py).</summary>
    Bilinear,
}
