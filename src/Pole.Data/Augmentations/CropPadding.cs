namespace Pole.Data.Augmentations;

/// <summary>Where an image that is smaller than the crop lies in it.</summary>
public enum CropPadding
{
    /// <summary>At a random place (CVI-SZU/CLIMS and jiwoon-ahn/irn, misc/imutils.py).</summary>
    Anywhere,

    /// <summary>In the top left corner: padded at the bottom and on the right, and mirrored with its padding (kazuto1011/deeplab-pytorch, libs/datasets/base.py).</summary>
    BottomRight,
}
