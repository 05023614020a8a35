"""Names of synthetic people by how often they occur in the nation."""

# The hundred commonest surnames by their share of the nation (hundredths of a percent), and some rare ones.
SURNAMES = dict(zip(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任"
    "卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔"
    "向常",
    (721, 719, 683, 538, 453, 308, 223, 229, 205, 212, 166, 154, 125, 126, 131, 115, 117, 118, 95, 121, 80,
     84, 72, 81, 65, 53, 68, 51, 64, 57, 49, 50, 55, 42, 58, 39, 54, 46, 47, 41, 62, 40, 42, 57, 45, 46, 46,
     42, 41, 45, *(40 - place // 3 for place in range(50))), strict=True,
)) | {"欧阳": 5, "尉迟": 1, "万俟": 1, "上官": 2, "单": 3, "仇": 3, "阿布都": 4}  # fmt: skip
GIVEN = "伟明华英国文建军芳敏静丽强磊洋勇艳杰娟涛超秀霞平刚桂红玲志海春晓东成龙飞鹏辉玉兰金福生林宇浩博子轩"
WEIGHTS = [1000 // (place + 4) for place in range(len(GIVEN))]  # a few characters are everywhere
