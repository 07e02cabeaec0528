"""An article into the same article in other words, as machines make it that rewrite news."""

from __future__ import annotations

import random
import re

SYNONYMS = dict(
    pair.split(">")
    for pair in """
项目>名目 服务>效劳 建设>建立 发展>展开 产业>财产 申报>陈述 合作>竞争 工作>工做 表示>默示
创新>翻新 开工>动工 推动>敦促 推进>促进 正在>正正在 标准>范例 规范>标准 实现>真现 解决>处置惩罚
连接>连贯 质量>量质 进行>停行 装备>拆备 配套>配淘 协议>和谈 美元>美圆 运行>运止 行业>止业
计划>筹划 基础>根原 形成>造成 领域>规模 材料>资料 创建>创立 负责人>卖力人 新增>新删 预计>或许
几乎>的确 利用>操做 优势>劣势 优秀>劣秀 优化>劣化 研究>钻研 中心>核心 生产>消费 企业>厂家
公司>企业 经济>经济性 社会>社区 管理>打点 政府>当局 部门>部分 记者>新闻记者 今年>本年
目前>当前 已经>曾经 同时>与此同时 通过>经过 提高>进步 提升>晋升 加强>增强 加快>加速 促进>增进
扩大>扩展 重要>紧张 主要>次要 重点>要点 积极>踊跃 努力>勉力 全面>片面 深入>深化 持续>连续
不断>不停 进一步>更进一步 有效>有用 明显>显著 显著>明显 快速>疾速 迅速>疾速 稳定>不变 安全>平安
健康>安康 教育>教导 学生>门生 学校>黉舍 老师>教师 孩子>小孩 群众>大众 居民>住民 人员>职员
活动>流动 会议>集会 举行>举办 举办>举行 参加>加入 介绍>引见 指出>指出说 认为>以为 了解>理解
发现>发明 问题>题目 情况>状况 方面>方面上 影响>映响 作用>感化 关系>干系 机制>体制 制度>轨制
政策>方针 措施>办法 方案>计划案 规划>布局 目标>目的 任务>使命 要求>请求 需要>需求 需求>需要
支持>撑持 帮助>协助 保障>保证 提供>供给 开展>展开 组织>构造 实施>施行 完成>实现 建立>创立
打造>制造 构建>构修 形式>情势 方式>体例 方法>办法 技术>手艺 科技>科学技术 能力>才能 水平>程度
资源>本钱 资金>资本金 投资>出资 市场>市集 消费>花费 价格>价钱 销售>发卖 产品>产物 品牌>牌子
客户>客户群 用户>使用者 增长>增加 增加>增多 下降>降落 减少>淘汰 超过>跨越 达到>到达 左右>摆布
其中>此中 包括>蕴含 以及>以及其他 因此>因而 由于>因为 但是>可是 如果>假如 还是>照旧 虽然>固然
可以>能够 必须>必需 应当>应该 应该>应当 非常>很是 特别>出格 更加>更为 十分>非常 共同>配合
双方>两边 各地>各处所 全国>天下 国家>国度 国际>国内外 地区>地域 城市>都会 农村>乡村 当地>本地
时间>工夫 时候>时分 未来>将来 近年来>连年来 日前>日前间 昨天>昨日 今天>本日 晚上>早晨 人民>群众
领导>指导 干部>干员 主任>主管 书记>布告 委员>卫员 代表>代办 专家>专门家 团队>团队伍 人才>人材
医院>病院 患者>病人 治疗>医治 医生>大夫 疫情>疫病 检查>查抄 调查>查询拜访 监督>监视 处理>处置
法院>法庭 案件>案子 依法>依照法令 规定>划定 违法>守法 行为>举动 责任>义务 权利>权力 公安>公安局
交通>交通运输 道路>途径 车辆>车子 铁路>铁道 飞机>航机 运输>运送 环境>情况 生态>生态系 污染>净化
保护>掩护 绿色>绿油油 能源>动力 农业>农牧业 农民>农夫 粮食>食粮 文化>文明 旅游>游览 游客>旅客
比赛>角逐 冠军>第一名 球队>步队 球员>队员 选手>运动员 教练>锻练 网络>收集 信息>疑息 数据>数据信息
平台>仄台 系统>体系 智能>智慧 设备>设施 设计>设想 制造>造造 应用>使用 使用>利用 开放>凋谢
""".split()
)  # fmt: skip
"""Words of the news and what such machines put in their place, apt or not."""

_WORDS = re.compile("|".join(sorted(SYNONYMS, key=len, reverse=True)))
_PAIR = re.compile(r"[\u4e00-\u9fff]{2}")


def spun(text: str, draw: random.Random, share: float) -> str:
    """Replace about `share` of the words; where too few are known, swap neighbouring characters."""
    wanted = int(share * len(text))
    known = [m.span() for m in _WORDS.finditer(text)]
    draw.shuffle(known)
    spots = _up_to(known, wanted)
    new = {span: SYNONYMS[text[slice(*span)]] for span in spots}
    free = [m.span() for m in _PAIR.finditer(text) if not _touches(m.span(), spots)]
    draw.shuffle(free)
    left = wanted - sum(end - start for start, end in spots)
    new |= {(s, e): text[s:e][::-1] for s, e in _up_to(free, left)}
    return _replaced(text, new)


def _up_to(spans: list[tuple[int, int]], wanted: int) -> list[tuple[int, int]]:
    return spans[: max(wanted, 0) // 2]


def _touches(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


def _replaced(text: str, new: dict[tuple[int, int], str]) -> str:
    pieces, at = [], 0
    for (start, end), word in sorted(new.items()):
        pieces += [text[at:start], word]
        at = end
    return "".join(pieces) + text[at:]
