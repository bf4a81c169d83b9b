package ingest

import "gatehouse"

func requestFeeds() []Feed {
	return []Feed{{
		Name: "service_request", Title: gatehouse.Text{ZH: "工单（报修、投诉、建议）", EN: "Service requests"},
		keys: []field{fRequestNo}, rule: requestRule,
		Fields: fields(projectField(),
			Field{id: fRequestNo, Name: "request_no", Type: Text, Required: true, Example: "WO2026030001", Aliases: []string{"工单编号", "单号", "工单号", "投诉编号", "报修单号", "报事编号", "任务单号"}, Help: "unique number"},
			Field{id: fKind, Name: "kind", Type: Enum, Required: true, Example: "投诉", Aliases: []string{"类型", "工单类型", "报事类型", "事项类型"}, Help: "what the owner wants",
				Values: []Value{{"complaint", []string{"投诉", "投诉类"}}, {"repair", []string{"报修", "维修", "报修类"}}, {"suggestion", []string{"建议", "意见", "意见建议"}}, {"enquiry", []string{"咨询", "问询", "求助"}}}},
			Field{id: fCategory, Name: "category", Type: Text, Example: "保洁", Aliases: []string{"类别", "问题类别", "问题分类", "分类"}, Help: "what it is about"},
			Field{id: fChannel, Name: "channel", Type: Text, Example: "电话", Aliases: []string{"渠道", "来源", "受理渠道", "来源渠道"}, Help: "how it came in"},
			roomFields(),
			Field{id: fOpenedAt, Name: "opened_at", Type: DateTime, Required: true, Example: "2026-03-05 09:30", Aliases: []string{"受理时间", "报修时间", "投诉时间", "创建时间", "登记时间", "报事时间", "投诉日期", "报修日期", "受理日期"}, Help: "when it came in"},
			Field{id: fRespondedAt, Name: "responded_at", Type: DateTime, Example: "2026-03-05 09:50", Aliases: []string{"响应时间", "首次响应时间", "接单时间"}, Help: "first response"},
			Field{id: fDueAt, Name: "due_at", Type: DateTime, Example: "", Aliases: []string{"要求完成时间", "计划完成时间", "限定完成时间", "截止时间"}, Help: "default: hours by kind and category"},
			Field{id: fClosedAt, Name: "closed_at", Type: DateTime, Example: "2026-03-06 16:00", Aliases: []string{"办结时间", "完成时间", "关闭时间", "完工时间", "处理完成时间", "办结日期"}, Help: "blank while open"},
			Field{id: fFollowedUpAt, Name: "followed_up_at", Type: DateTime, Example: "2026-03-07 10:00", Aliases: []string{"回访时间", "回访日期"}, Help: "blank when nobody asked yet"},
			Field{id: fFollowUp, Name: "follow_up", Type: Enum, Open: true, Example: "满意", Aliases: []string{"回访结果", "满意/不满意", "回访满意度", "是否满意", "回访评价"}, Help: "what the owner said",
				Values: []Value{{"satisfied", []string{"满意", "非常满意", "很满意", "基本满意", "是"}}, {"dissatisfied", []string{"不满意", "非常不满意", "很不满意", "否"}}}},
			Field{id: fHandler, Name: "handler", Type: Text, Example: "李四", Aliases: []string{"处理人", "责任人", "维修人员", "处理人员"}, Help: "who does it"},
			Field{id: fStatus, Name: "status", Type: Text, Example: "已完成", Aliases: []string{"状态", "工单状态", "处理状态"}, Help: "as the other system says"},
			Field{id: fText, Name: "text", Type: Text, Example: "楼道灯不亮", Aliases: []string{"内容", "描述", "问题描述", "投诉内容", "报修内容", "工单内容", "事项内容"}, Help: "what happened; no phone numbers"},
		),
	}}
}

func surveyFeeds() []Feed {
	wave := Field{id: fWave, Name: "wave", Type: Text, Example: "2026H1", Aliases: []string{"问卷批次", "批次", "调查批次", "期次"}, Help: "half-year of the survey; default: that of the answer"}
	required := wave
	required.Required = true
	return []Feed{
		{
			Name: "survey_response", Title: gatehouse.Text{ZH: "问卷答案", EN: "Survey answers"},
			keys: []field{fRespondent, fSubmittedAt}, needs: [][]field{{fQuestion}, {fScore, fDontKnow}}, blank: []field{fScore}, wide: true, rule: answerRule,
			Fields: fields(projectField(), wave,
				Field{id: fRespondent, Name: "respondent", Type: Text, Required: true, Example: "A0001", Aliases: []string{"答卷编号", "问卷编号", "答题序号", "答卷序号", "样本编号", "序号"}, Help: "number of the answer sheet; stored as a hash"},
				Field{id: fChannel, Name: "channel", Type: Text, Example: "微信", Aliases: []string{"渠道", "来源", "来源渠道", "填写渠道"}, Help: "how it was asked"},
				Field{id: fSubmittedAt, Name: "submitted_at", Type: DateTime, Required: true, Example: "2026-03-05 20:15", Aliases: []string{"提交时间", "填写时间", "提交答卷时间", "答题时间", "填写日期"}, Help: "when it was answered"},
				Field{id: fQuestion, Name: "question", Type: Text, Example: "总体满意度", Aliases: []string{"题目", "问题", "题目名称"}, Help: "or one column a question"},
				Field{id: fDimension, Name: "dimension", Type: Text, Example: "总体", Aliases: []string{"维度", "所属维度"}, Help: "default: by words of the question"},
				Field{id: fScore, Name: "score", Type: Score, Example: "5", Aliases: []string{"得分", "评分", "分值", "分数", "打分"}, Help: "blank: don't know"},
				Field{id: fScaleMin, Name: "scale_min", Type: Quantity, Example: "1", Aliases: []string{"最低分", "量表最低分"}, Help: "default 1; 0 for a recommendation"},
				Field{id: fScaleMax, Name: "scale_max", Type: Quantity, Example: "5", Aliases: []string{"最高分", "量表最高分", "满分"}, Help: "default 5; 10 for a recommendation"},
				Field{id: fDontKnow, Name: "dont_know", Type: Bool, Example: "", Aliases: []string{"不清楚", "是否不清楚", "不了解"}, Help: "yes when the owner could not say"},
				Field{id: fComment, Name: "comment", Type: Text, Example: "", Aliases: []string{"意见", "建议内容", "意见建议", "意见与建议", "您的建议", "其他意见"}, Help: "free words"},
			),
		},
		{
			Name: "survey_wave", Title: gatehouse.Text{ZH: "问卷发放", EN: "Survey waves"},
			keys: []field{fWave}, rule: waveRule,
			Fields: fields(projectField(), required,
				Field{id: fIssued, Name: "issued", Type: Int, Required: true, Example: "400", Aliases: []string{"发放份数", "发放数", "发放数量", "发放问卷数"}, Help: "questionnaires handed out"},
				Field{id: fPopulation, Name: "population", Type: Int, Example: "800", Aliases: []string{"户数", "总户数", "调查总体"}, Help: "households that could answer"},
			),
		},
	}
}
